"""Asks a meter on a shared line, and finds its answer in what is heard there."""

from collections.abc import Sequence

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
from device_profiles.protocols.heard import answer_in


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
        return answer_in(
            heard,
            read_frame,
            lambda body: _may_answer(body, wanted, asked.control),
            lambda frame: _answers(frame, asked),
        )


def _may_answer(body: bytes, wanted: str, control: int) -> bool:
    """Say whether bytes from 68 on are as long as an answer of this meter that they may be."""
    return (
        len(body) >= OVERHEAD
        and body[7] == START
        and bool(body[8] & RESPONSE)
        and body[8] & FUNCTION == control & FUNCTION
        and _is_of(wanted, body[6:0:-1].hex())
        and len(body) >= body[9] + OVERHEAD
    )


def _is_of(wanted: str, came: str) -> bool:
    return all(digit in ("a", other) for digit, other in zip(wanted, came, strict=True))


def _answers(frame: Frame, asked: Frame) -> bool:
    width = 4 if asked.control & FUNCTION >= READ_2007 else 2
    return bool(frame.control & ERROR) or frame.data[:width] == asked.data[:width]
