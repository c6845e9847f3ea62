"""The questions that a meter is asked, and how its answer is found on a shared line."""

from collections.abc import Sequence
from typing import Final

from device_profiles.errors import DecodeError
from device_profiles.protocols.cjt188.frame import (
    ANY_TYPE,
    ERROR,
    OVERHEAD,
    RESPONSE,
    Frame,
    checked_address,
    read_frame,
    write_frame,
)
from device_profiles.protocols.cjt188.identifiers import ADDRESS, METERED, identifier_of
from device_profiles.protocols.heard import answer_in

ANYBODY: Final = "a" * 14
"""The address that every meter answers to: for a line with one meter only."""
_READ: Final = 0x01
_READ_ADDRESS: Final = 0x03
_LOW_FIRST: Final = "/1f90"
_WAKE_UP: Final = b"\xfe" * 4


def read_question(
    meter_type: int, address: str, identifier: int = METERED, *, low_first: bool = False
) -> bytes:
    """Return the question for what stands behind an identifier; some meters want its low byte first.

    Raises:
        DecodeError: it is no address.
    """
    order = "little" if low_first else "big"
    data = identifier.to_bytes(2, order) + b"\x00"  # type: ignore[arg-type]
    return _WAKE_UP + write_frame(Frame(meter_type=meter_type, address=address, control=_READ, data=data))


def address_question() -> bytes:
    """Return the question for the address of the one meter on a line."""
    data = ADDRESS.to_bytes(2, "big") + b"\x00"
    frame = Frame(meter_type=ANY_TYPE, address=ANYBODY, control=_READ_ADDRESS, data=data)
    return _WAKE_UP + write_frame(frame)


class Cjt188Dialogue:
    """Asks for the metered values.

    An address is 14 digits, as on the meter. In front of it may stand the meter's type (`11:00000805000001`), behind
    it `/1F90` for a meter that answers only when the identifier's low byte comes first.
    """

    def __init__(self, meter_type: int, identifiers: Sequence[int] = (METERED,)) -> None:
        """Ask meters of this type, unless an address says another, for these identifiers."""
        self._meter_type = meter_type
        self._identifiers = tuple(identifiers)

    def questions(self, address: str) -> Sequence[bytes]:
        """Return the frames to send, in order.

        Raises:
            DecodeError: it is no address.
        """
        meter_type, digits, low_first = self._taken_apart(address)
        return [
            read_question(meter_type, digits, identifier, low_first=low_first)
            for identifier in self._identifiers
        ]

    def answer(self, address: str, question: bytes, heard: bytes) -> bytes | None:
        """Return the frame in what was heard that answers the question; None while it is not complete.

        Raises:
            DecodeError: the answer came whole and is broken.
        """
        asked = read_frame(question)[0]
        wanted = self._taken_apart(address)[1]
        return answer_in(
            heard,
            read_frame,
            lambda body: _may_answer(body, wanted, asked.control),
            lambda frame: _answers(frame, asked),
        )

    def _taken_apart(self, address: str) -> tuple[int, str, bool]:
        text = address.strip().lower()
        low_first = text.endswith(_LOW_FIRST)
        head, colon, digits = text.removesuffix(_LOW_FIRST).rpartition(":")
        try:
            meter_type = int(head, 16) if colon else self._meter_type
        except ValueError as error:
            raise DecodeError(
                f"expected a meter type of two digits before the colon, got {head!r}"
            ) from error
        if not 0 <= meter_type <= 0xFF:
            raise DecodeError(f"expected a meter type of two digits before the colon, got {head!r}")
        return meter_type, checked_address(digits), low_first


def _may_answer(body: bytes, wanted: str, control: int) -> bool:
    """Say whether bytes from 68 on are as long as an answer of this meter that they may be."""
    return (
        len(body) >= OVERHEAD
        and bool(body[9] & RESPONSE)
        and body[9] & ~(RESPONSE | ERROR) == control
        and all(digit in ("a", came) for digit, came in zip(wanted, body[8:1:-1].hex(), strict=True))
        and len(body) >= body[10] + OVERHEAD
    )


def _answers(frame: Frame, asked: Frame) -> bool:
    if frame.control & ERROR:
        return True
    return len(frame.data) >= 3 and identifier_of(frame.data[:2])[0] == identifier_of(asked.data[:2])[0]
