"""Asks a meter on a shared line, and finds its answer in what is heard there."""

from collections.abc import Iterator, Sequence

from device_profiles.errors import DecodeError
from device_profiles.protocols.dlt645.control import FUNCTION, READ_2007
from device_profiles.protocols.dlt645.frame import (
    ERROR,
    OVERHEAD,
    RESPONSE,
    START,
    Frame,
    checked_address,
    read_frame,
)
from device_profiles.protocols.dlt645.questions import read_question


class Dlt645Dialogue:
    """Asks for some identifiers, one a question; a meter that lacks one answers with an error, which is an answer."""

    def __init__(self, identifiers: Sequence[int], version: int = 2007) -> None:
        """Ask for these identifiers in the way of an edition."""
        self._identifiers = tuple(identifiers)
        self._version = version

    def questions(self, address: str) -> Sequence[bytes]:
        """Return the frames to send, in order.

        Raises:
            DecodeError: it is no address of 12 digits.
        """
        return [read_question(address, identifier, self._version) for identifier in self._identifiers]

    def answer(self, address: str, question: bytes, heard: bytes) -> bytes | None:
        """Return the frame in what was heard that answers the question; None while it is not complete.

        Raises:
            DecodeError: the answer came whole and is broken.
        """
        asked = read_frame(question)[0]
        wanted = checked_address(address)
        broken: DecodeError | None = None
        for candidate in _candidates(heard, wanted, asked.control):
            try:
                frame, rest = read_frame(candidate)
            except DecodeError as error:
                broken = broken or error
                continue
            if _answers(frame, asked):
                return candidate[: len(candidate) - len(rest)]
        if broken:
            raise broken
        return None


def _candidates(heard: bytes, wanted: str, control: int) -> Iterator[bytes]:
    """Yield what may be a whole answer of this meter: 68, its address, 68, the right control code, the length."""
    start = heard.find(START)
    while start >= 0:
        body = heard[start:]
        if (
            len(body) >= OVERHEAD
            and body[7] == START
            and body[8] & RESPONSE
            and body[8] & FUNCTION == control & FUNCTION
            and _is_of(wanted, body[6:0:-1].hex())
            and len(body) >= body[9] + OVERHEAD
        ):
            yield body
        start = heard.find(START, start + 1)


def _is_of(wanted: str, came: str) -> bool:
    return all(digit in ("a", other) for digit, other in zip(wanted, came, strict=True))


def _answers(frame: Frame, asked: Frame) -> bool:
    width = 4 if asked.control & FUNCTION >= READ_2007 else 2
    return bool(frame.control & ERROR) or frame.data[:width] == asked.data[:width]
