"""An RS-485 line with its meters behind a pseudo-terminal: what the gateway opens is as good as a serial port."""

import asyncio
import os
import tty
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from demo.estate.wired.meter import Meter, Temper
from demo.estate.wired.riser import Riser
from demo.estate.wired.tongue import Question

_REPLY_S: Final = 0.005
_MOST_HEARD: Final = 4096
_NOISE: Final = b"\x00\xff\x7e"
_BROKEN_EVERY: Final = 3


class Line:
    """Meters that share a line."""

    def __init__(self, riser: Riser, meters: Sequence[Meter], *, echo: bool = False) -> None:
        """Hang the meters on the line; with `echo` it gives back what is said on it, as some converters do."""
        self.riser, self.tongue, self.meters = riser, riser.tongue, meters
        self._by_address = {meter.address: meter for meter in meters}
        self._echo = echo
        self._ends: tuple[int, int] | None = None
        self._heard = b""
        self.asked = 0
        self.answered = 0
        self.hushed = False

    @property
    def name(self) -> str:
        """The line's name."""
        return self.riser.name

    @property
    def path(self) -> str:
        """The port's name while it is open."""
        assert self._ends is not None, f"{self.name} is not open"
        return os.ttyname(self._ends[1])

    def open(self) -> str:
        """Make the port and listen; return its name."""
        near, far = os.openpty()
        tty.setraw(far)  # nobody's terminal: bytes go through as they are
        os.set_blocking(near, False)
        self._ends, self._heard = (near, far), b""
        asyncio.get_running_loop().add_reader(near, self._hear)
        return os.ttyname(far)

    def close(self) -> None:
        """Take the port away, as pulling out a converter does."""
        if self._ends is not None:
            asyncio.get_running_loop().remove_reader(self._ends[0])
            for end in self._ends:
                os.close(end)
        self._ends = None

    def _hear(self) -> None:
        assert self._ends is not None
        octets = os.read(self._ends[0], _MOST_HEARD)
        if self._echo:
            self.say(octets)
        self._heard = (self._heard + octets)[-_MOST_HEARD:]
        question = self.tongue.hears(self._heard)
        if question is None:
            return
        self._heard = b""
        self.asked += 1
        meter = self._by_address.get(question.address)
        if meter is not None and meter.temper is not Temper.DEAD and not self.hushed:
            asyncio.get_running_loop().call_later(_REPLY_S, self._answer, question, meter)

    def _answer(self, question: Question, meter: Meter) -> None:
        if self._ends is None or self.hushed:
            return
        answer = self.tongue.answers(question, meter)
        meter.answers += 1
        self.answered += len(answer) > 1  # a bare acknowledgement says nothing
        self.say(_noisy(answer, meter) if meter.temper is Temper.NOISY else answer)

    def say(self, octets: bytes) -> None:
        """Put bytes on the line."""
        if self._ends is not None:
            with suppress(
                BlockingIOError
            ):  # nobody reads and the buffer is full: on a wire it would be gone as well
                os.write(self._ends[0], octets)


def _noisy(answer: bytes, meter: Meter) -> bytes:
    """Put noise around an answer, and a wrong bit into every third."""
    if meter.answers % _BROKEN_EVERY == 0 and len(answer) > 1:
        answer = answer[:-2] + bytes([answer[-2] ^ 0x10]) + answer[-1:]
    return _NOISE + answer + _NOISE
