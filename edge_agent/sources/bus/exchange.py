"""One question on a line and what has been heard since: answered, broken, silent, or still to wait."""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from device_profiles import DecodeError, Dialogue

MOST_HEARD: Final = 4096
"""No answer of any protocol is nearly as long; what babbles on is cut off here."""
LONGEST_ANSWER: Final = 1024
"""Characters that an answer may take to come in, once it has begun."""

_MOST_SHOWN: Final = 64


class Fate(StrEnum):
    """What came of a question."""

    ANSWERED = "answered"
    BROKEN = "broken"  # something came, and it was no answer
    SILENT = "silent"


class Asked(Struct, frozen=True, kw_only=True):
    """What is asked of whom, and how long the answer may take: `timeout_s` to begin, `gap_s` between its characters."""

    dialogue: Dialogue
    address: str
    question: bytes
    timeout_s: float
    gap_s: float
    longest_s: float


class Came(Struct, frozen=True, kw_only=True):
    """What came of a question: the answer, or the bytes that were none with the reason.

    `late` says that the time-out passed, so that the answer may still come.
    """

    fate: Fate
    octets: bytes = b""
    reason: str = ""
    late: bool = False


class Exchange:
    """Takes what is heard, told the time in seconds of a clock that never jumps; pure."""

    def __init__(self, asked: Asked) -> None:
        """Take the question; it is not sent yet."""
        self._asked = asked
        self._heard = bytearray()
        self._until_s = 0.0
        self._last_s = 0.0
        self.came: Came | None = None

    @property
    def question(self) -> bytes:
        """What is to be sent."""
        return self._asked.question

    def sent(self, now_s: float) -> None:
        """The question's last character has left."""
        self._until_s = now_s + self._asked.timeout_s
        self._last_s = self._until_s + self._asked.longest_s

    def left_s(self, now_s: float) -> float:
        """Return how long there is to wait yet; 0 when it is over."""
        return 0.0 if self.came is not None else max(0.0, self._until_s - now_s)

    def heard(self, octets: bytes, now_s: float) -> None:
        """Take what came in; each character gives the next one time, up to the longest answer."""
        self._heard += octets
        self._until_s = min(max(self._until_s, now_s + self._asked.gap_s), self._last_s)
        asked, heard = self._asked, self._without_echo()
        try:
            found = asked.dialogue.answer(asked.address, asked.question, heard)
        except DecodeError as error:
            self.came = Came(fate=Fate.BROKEN, octets=heard, reason=str(error))
            return
        if found is not None:
            self.came = Came(fate=Fate.ANSWERED, octets=found)
        elif len(self._heard) > MOST_HEARD:
            reason = f"expected an answer, got {len(self._heard)} bytes that hold none"
            self.came = Came(fate=Fate.BROKEN, octets=heard, reason=reason)

    def ended(self) -> Came:
        """Return what came of it; with nothing heard but the line's own echo the device was silent."""
        if self.came is None:
            heard = self._without_echo()
            silent = not heard
            shown = heard[:_MOST_SHOWN].hex() or "nothing"
            reason = f"expected an answer within {self._asked.timeout_s:g} s, got {shown}"
            self.came = Came(
                fate=Fate.SILENT if silent else Fate.BROKEN, octets=heard, reason=reason, late=True
            )
        return self.came

    def _without_echo(self) -> bytes:
        """Return what was heard behind the own question, which a half-duplex converter may give back."""
        heard, question = bytes(self._heard), self._asked.question
        if heard.startswith(question):
            return heard[len(question) :]
        return b"" if question.startswith(heard) else heard
