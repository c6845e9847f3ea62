"""Writes down what is heard, so that it can be replayed on another machine."""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

from chassis import ConfigError
from device_profiles.recording import line_of
from edge_agent.sources.heard import Heard, Intake, Refused, Source
from edge_agent.sources.settings import RecordSettings
from wire import DeviceId

log = logging.getLogger(__name__)


class Recorder:
    """One file for all sources; it stops at its limit or when it cannot be written, and says so once."""

    def __init__(self, settings: RecordSettings) -> None:
        """Open the file to append to it.

        Raises:
            ConfigError: it cannot be written.
        """
        self._path = Path(settings.path)
        self._left = settings.most_mb * 1_000_000
        try:
            self._file: BinaryIO | None = self._path.open("ab", buffering=0)
        except OSError as error:
            raise ConfigError(
                f"table [sources.record]: {settings.path} cannot be written: {error}"
            ) from error
        self._left -= self._path.stat().st_size

    def write(self, item: Heard | Refused) -> None:
        """Write down what a device said; refused bytes are not recorded, the quarantine has them."""
        if self._file is None or isinstance(item, Refused) or item.observed:
            return
        line = line_of(item.reading, item.profile)
        if len(line) > self._left:
            self._stop(f"{self._path} is full")
            return
        try:
            self._file.write(line)
        except OSError as error:
            self._stop(f"{self._path} cannot be written: {error}")
        self._left -= len(line)

    def close(self) -> None:
        """Write nothing down any more."""
        if self._file is not None:
            self._file.close()
        self._file = None

    def _stop(self, why: str) -> None:
        log.warning("recording ends: %s", why)
        self.close()


Private = Callable[[DeviceId, str], bool]
"""Says of a device and the profile of its route whether its bytes may not be kept."""


class RecordedSource:
    """A source whose items are written down on their way to the intake, but for those of private devices."""

    def __init__(
        self, source: Source, recorder: Recorder, private: Private = lambda _device, _profile: False
    ) -> None:
        """Stand before the source."""
        self._source, self.recorder, self._private = source, recorder, private

    @property
    def name(self) -> str:
        """The source's own name."""
        return self._source.name

    async def run(self, intake: Intake) -> None:
        """Run the source."""
        await self._source.run(_RecordingIntake(intake, self.recorder, self._private))

    def counts(self) -> Mapping[str, int]:
        """Return the source's counts."""
        return self._source.counts()


class _RecordingIntake:
    def __init__(self, intake: Intake, recorder: Recorder, private: Private) -> None:
        self._intake, self._recorder, self._private = intake, recorder, private

    def offer(self, item: Heard | Refused, /) -> bool:
        taken = self._intake.offer(item)
        if taken:
            self._write(item)
        return taken

    async def put(self, item: Heard | Refused, /) -> None:
        self._write(item)
        await self._intake.put(item)

    def _write(self, item: Heard | Refused) -> None:
        if isinstance(item, Heard) and not self._private(item.reading.device, item.profile):
            self._recorder.write(item)
