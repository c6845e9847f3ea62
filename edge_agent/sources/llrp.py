"""Asks an RFID reader for its tags over LLRP (EPCglobal Low Level Reader Protocol), through llrpkit.

What is heard goes on as llrpkit's own MQTT bridge would publish it, many tags at once, so that one profile reads both.
Nothing is acknowledged in LLRP: what finds no room is counted, and a tag that stays will be seen again.
"""

import asyncio
import json
import logging
from collections import Counter, deque
from collections.abc import Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final

from chassis import Backoff, ConfigError
from device_profiles import DecodeError, Reading, Shelf, check_device
from edge_agent.sources.heard import Clock, Heard, Intake, Outcome
from edge_agent.sources.named import profile_named
from edge_agent.sources.settings import LlrpSettings

if TYPE_CHECKING:
    from llrpkit import Reader, TagReport

log = logging.getLogger(__name__)
_MOST_WAITING: Final = 2000
_MOST_AT_ONCE: Final = 200
_HAND_OVER_EVERY_S: Final = 0.25
_ASK_EVERY_S: Final = 15.0
_LONGEST_RETRY_S: Final = 60.0


class LlrpSource:
    """One reader: connects, starts its inventory, and asks it now and then whether it still lives."""

    def __init__(self, settings: LlrpSettings, shelf: Shelf, clock: Clock) -> None:
        """Check the settings; nothing is opened before `run`.

        Raises:
            ConfigError: llrpkit is not installed, or a setting cannot work.
        """
        _check_installed()
        self.name = f"llrp {settings.reader}"
        table = f"table [sources.llrp], reader {settings.reader!r}"
        self._settings, self._clock = settings, clock
        try:
            self._device = check_device(settings.reader)
        except DecodeError as error:
            raise ConfigError(f"{table}: {error}") from error
        self._profile = profile_named(shelf, settings.profile, f"{table}: key 'profile'")
        self._where = f"llrp://{settings.host}:{settings.port}"
        self._waiting: deque[dict[str, Any]] = deque()
        self._counts: Counter[str] = Counter()
        self._up = False
        self._backoff = Backoff(_LONGEST_RETRY_S)

    def counts(self) -> Mapping[str, int]:
        """Return what happened; `up` says whether the reader is connected."""
        return {**self._counts, "up": int(self._up)}

    async def run(self, intake: Intake) -> None:
        """Hear until cancelled, connecting again whenever the reader is lost."""
        from llrpkit import LLRPError

        while True:
            try:
                await self._connected(intake)
            except* (LLRPError, OSError, TimeoutError) as group:
                self._lost(group)
            _stop_if_cancelled()  # a task group that fails while it is cancelled tells of the failure alone
            await self._say(intake, [{"reader": self._settings.reader, "status": "offline"}])
            await asyncio.sleep(self._backoff.failed())

    async def _connected(self, intake: Intake) -> None:
        from llrpkit import Reader

        async with Reader(self._settings.host, self._settings.port) as reader:
            log.info("%s: connected, model %s", self.name, reader.model_number)
            self._up = True
            self._backoff.succeeded()
            try:
                await self._say(intake, [{"reader": self._settings.reader, "status": "online"}])
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._hand_over(intake), name=f"{self.name} hand over")
                    group.create_task(self._ask(reader, intake), name=f"{self.name} ask")
                    # Here and not as a task: a group that waits for its end forgets to undo its own cancelling.
                    await self._hear(reader)
            finally:
                self._up = False

    async def _hear(self, reader: "Reader") -> None:
        settings = self._settings
        tags = reader.inventory(
            antennas=settings.antennas, session=settings.session, tx_power_dbm=settings.power_dbm
        )
        async with aclosing(tags):
            async for tag in tags:
                self._counts["heard"] += 1
                if len(self._waiting) >= _MOST_WAITING:
                    self._waiting.popleft()
                    self._counts["lost"] += 1
                self._waiting.append(_said(tag, settings.reader))

    async def _hand_over(self, intake: Intake) -> None:
        """Hand on what was heard, many tags in one reading."""
        while True:
            await asyncio.sleep(_HAND_OVER_EVERY_S)
            while self._waiting:
                count = min(_MOST_AT_ONCE, len(self._waiting))
                await self._say(intake, [self._waiting.popleft() for _ in range(count)])

    async def _ask(self, reader: "Reader", intake: Intake) -> None:
        """Ask for something small: an answer proves that the reader lives, where no tag does."""
        from llrpkit.protocol.enums import GetReaderConfigRequestedData

        while True:
            await asyncio.sleep(_ASK_EVERY_S)
            await reader.get_config(GetReaderConfigRequestedData.KeepaliveSpec)
            self._counts["answers"] += 1
            if not self._waiting:
                await self._say(intake, [])

    async def _say(self, intake: Intake, said: list[dict[str, Any]]) -> None:
        received_ms, trust = self._clock()
        reading = Reading(
            device=self._device, payload=json.dumps(said).encode(), received_ms=received_ms, trust=trust
        )
        item = Heard(
            source=self.name, reading=reading, profile=self._profile, settle=self._settled, where=self._where
        )
        await intake.put(item)

    def _settled(self, outcome: Outcome) -> None:
        self._counts[outcome.value] += 1

    def _lost(self, group: BaseExceptionGroup[Exception]) -> None:
        self._counts["lost_reader"] += 1
        log.warning("%s: %s", self.name, "; ".join(str(error) for error in group.exceptions))


def _said(tag: "TagReport", reader: str) -> dict[str, Any]:
    """Write a tag as llrpkit's bridge does (llrpkit.mqtt.tag_payload), without what nobody needs."""
    return {
        "reader": reader,
        "epc": tag.epc_hex,
        "antenna": tag.antenna,
        "rssi_dbm": tag.rssi_dbm,
        "tid": None if tag.tid is None else tag.tid.hex(),
        "at": None if tag.last_seen_us is None else tag.last_seen_us / 1_000_000,
    }


def _stop_if_cancelled() -> None:
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _check_installed() -> None:
    try:
        import llrpkit
    except ImportError as error:
        raise ConfigError(
            "table [sources.llrp]: the package llrpkit is not here; install it with: pip install 'lilong[llrp]'"
        ) from error
    del llrpkit
