"""How a device that only answers is asked: the questions, and where an answer begins and ends."""

from collections.abc import Sequence
from typing import Protocol


class Dialogue(Protocol):
    """Speaks one protocol of a shared line, without touching the line: pure functions of addresses and bytes.

    A profile folder with a codec.py brings one as its `dialogue`.
    """

    def questions(self, address: str) -> Sequence[bytes]:
        """Return the frames to send, in order, to read the device at this address once.

        Raises:
            DecodeError: it is no address of this protocol; says what was expected and what came.
        """
        ...

    def answer(self, address: str, question: bytes, heard: bytes) -> bytes | None:
        """Return the frame in what was heard since the question that answers it; None while it is not complete.

        Wake-up bytes, line noise, the line's echo of the question and frames of other devices are passed over.

        Raises:
            DecodeError: an answer of this device came whole and is broken (a wrong checksum).
        """
        ...
