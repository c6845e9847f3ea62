"""Speaks like the devices of a recording, at any speed, as if it happened now."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from chassis import ConfigError
from device_profiles import DecodeError
from device_profiles.recording import Line, read_line
from edge_agent.clock import ClockTrust, SystemClock
from edge_agent.sources.heard import Clock, Heard, Intake, Outcome, Refused


class ReplaySource:
    """A recorded file (see `recording.Line`); `ended` is set when every line of it is settled."""

    def __init__(self, path: Path, *, speed: float = 0.0, clock: Clock | None = None) -> None:
        """Take note of the file; `speed` is times real time, 0 = as fast as it goes.

        Raises:
            ConfigError: there is no such file, or the speed is below 0.
        """
        if not path.is_file():
            raise ConfigError(f"{path}: expected a recorded file, got none")
        if not speed >= 0:
            raise ConfigError(f"expected a speed of 0 (as fast as it goes) or more, got {speed}")
        self.name = "replay"
        self.ended = asyncio.Event()
        self._path, self._speed = path, speed
        self._clock = clock or SystemClock(ClockTrust.ALWAYS)
        self._counts: Counter[str] = Counter()
        self._open = 0
        self._read = False

    async def run(self, intake: Intake) -> None:
        """Put every line into the intake in its time; returns when the last one is settled."""
        loop = asyncio.get_running_loop()
        start_s = loop.time()
        for due_s, text, line in self._lines():
            wait_s = due_s / self._speed - (loop.time() - start_s) if self._speed else 0.0
            if wait_s > 0:
                await asyncio.sleep(wait_s)
            self._open += 1
            self._counts["lines"] += 1
            await intake.put(self._item(text, line))
        self._read = True
        self._look_for_end()
        await self.ended.wait()

    def counts(self) -> Mapping[str, int]:
        """Return the lines so far and what became of them."""
        return dict(self._counts)

    def _lines(self) -> Iterator[tuple[float, bytes, Line | DecodeError]]:
        """Give each line with the seconds, at speed 1, from the first line to it."""
        due_ms, first_ms = 0, None
        with self._path.open("rb") as file:
            for text in file:
                if not text.strip():
                    continue
                try:
                    line = read_line(text)
                except DecodeError as error:
                    yield due_ms / 1000, text, error
                    continue
                if line.received_ms is not None:
                    first_ms = line.received_ms - due_ms if first_ms is None else first_ms
                    due_ms = max(due_ms, line.received_ms - first_ms)
                due_ms += max(0, line.delay_ms or 0)
                yield due_ms / 1000, text, line

    def _item(self, text: bytes, line: Line | DecodeError) -> Heard | Refused:
        received_ms, trust = self._clock()
        try:
            if isinstance(line, DecodeError):
                raise line
            reading = line.reading(received_ms, trust)
        except DecodeError as error:
            return Refused(
                source=self.name,
                where=f"{self._path.name}:{self._counts['lines']}",
                payload=text[:4096],
                reason=str(error),
                received_ms=received_ms,
                trust=trust,
                settle=self._settle,
            )
        return Heard(
            source=self.name,
            reading=reading,
            profile=line.profile,
            settle=self._settle,
            where=f"{self._path.name}:{self._counts['lines']}",
        )

    def _settle(self, outcome: Outcome) -> None:
        self._counts[outcome.value] += 1
        self._open -= 1
        self._look_for_end()

    def _look_for_end(self) -> None:
        if self._read and not self._open:
            self.ended.set()
