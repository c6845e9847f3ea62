"""The questions that a meter is asked, and how its answer is found on a shared line."""

from collections.abc import Sequence
from typing import Final

from device_profiles.errors import DecodeError
from device_profiles.protocols.dlt698.link import (
    ASKING,
    FROM_SERVER,
    Frame,
    Server,
    read_frame,
    server_of,
    write_frame,
)
from device_profiles.protocols.heard import answer_in

_CLIENT: Final = 0x10
_NORMAL: Final = b"\x05\x01"
_LIST: Final = b"\x05\x02"
_NO_TIME_TAG: Final = b"\x00"
_WAKE_UP: Final = b"\xfe" * 4
_ERROR_RESPONSE: Final = 0xEE
_ANSWERS: Final = {0x05: 0x85}
_ADDRESS: Final = "40010200"
ANYBODY: Final = "a" * 12
"""The address that every meter answers to: for a line with one meter only."""


def get_question(address: str, oads: Sequence[str], piid: int = 1) -> bytes:
    """Return the question for one attribute, or for several in one list.

    Raises:
        DecodeError: it is no address, no OAD of eight hexadecimal digits, or none at all.
    """
    if not 1 <= len(oads) <= 0x7F:
        raise DecodeError(f"expected 1 to 127 attributes, got {len(oads)}")
    asked = [_oad(oad) for oad in oads]
    if len(asked) == 1:
        apdu = _NORMAL + bytes((piid & 0x3F,)) + asked[0] + _NO_TIME_TAG
    else:
        apdu = _LIST + bytes((piid & 0x3F, len(asked))) + b"".join(asked) + _NO_TIME_TAG
    frame = Frame(control=ASKING, server=server_of(address), client=_CLIENT, apdu=apdu)
    return _WAKE_UP + write_frame(frame)


def address_question() -> bytes:
    """Return the question for the address of the one meter on a line."""
    return get_question(ANYBODY, [_ADDRESS])


class Dlt698Dialogue:
    """Asks for groups of attributes, one group a question."""

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        """Ask for these attributes (OADs of eight hexadecimal digits)."""
        self._groups = tuple(tuple(group) for group in groups)

    def questions(self, address: str) -> Sequence[bytes]:
        """Return the frames to send, in order.

        Raises:
            DecodeError: it is no address of up to 12 digits.
        """
        return [get_question(address, group, piid) for piid, group in enumerate(self._groups, 1)]

    def answer(self, address: str, question: bytes, heard: bytes) -> bytes | None:
        """Return the frame in what was heard that answers the question; None while it is not complete.

        Raises:
            DecodeError: the answer came whole and is broken.
        """
        asked = read_frame(question)[0]
        wanted = server_of(address)
        return answer_in(
            heard,
            read_frame,
            lambda body: _may_answer(body, wanted),
            lambda frame: _answers(frame, asked),
        )


def _oad(oad: str) -> bytes:
    try:
        octets = bytes.fromhex(oad)
    except ValueError as error:
        raise DecodeError(f"expected an OAD of eight hexadecimal digits, got {oad!r}") from error
    if len(octets) != 4:
        raise DecodeError(f"expected an OAD of eight hexadecimal digits, got {oad!r}")
    return octets


def _may_answer(body: bytes, wanted: Server) -> bool:
    """Say whether bytes from 68 on are as long as an answer of this meter that they may be."""
    if len(body) < 12 or not body[3] & FROM_SERVER:
        return False
    at = 5 + (body[4] & 0x0F) + 1
    digits = body[5 + bool(body[4] & 0x20) : at][::-1].hex()
    fits = len(digits) == len(wanted.digits) and all(
        digit in ("a", came) for digit, came in zip(wanted.digits, digits, strict=True)
    )
    return fits and len(body) >= int.from_bytes(body[1:3], "little") + 2


def _answers(frame: Frame, asked: Frame) -> bool:
    """An answer has the same choice and number; an error and an envelope have only to come from that meter."""
    came, question = frame.apdu, asked.apdu
    if frame.segment is not None or not came:
        return frame.segment is not None
    if came[0] in (_ERROR_RESPONSE, 0x90):
        return True
    return (
        came[0] == _ANSWERS.get(question[0])
        and came[1:2] == question[1:2]
        and len(came) > 2
        and came[2] & 0x3F == question[2] & 0x3F
    )
