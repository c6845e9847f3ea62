"""Takes up devices accepted while the agent runs, and offers again what the quarantine holds of them."""

import asyncio
import logging
from functools import partial
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from chassis import ConfigError
from device_profiles import DecodeError, Profile, Reading
from device_profiles.javascript import trying
from edge_agent.accepted.again import reading_of
from edge_agent.accepted.file import read_accepted
from edge_agent.outbox import Kept, Outbox, OutboxError
from edge_agent.pipeline import Disk, Registry
from edge_agent.sources import Heard, Intake, Outcome
from wire import DeviceId, TimeTrust

log = logging.getLogger(__name__)
_LOOK_EVERY_S: Final = 2.0
_MOST: Final = 1000
_LOOKS: Final = 5
"""So often the quarantine is looked at after a change: what was on its way there at that moment arrives later."""


class Retaker:
    """Watches `accepted.toml`; what becomes understood leaves the quarantine in the commit that keeps it.

    An entry whose time nobody knows (no clock at the time), or of which only a part was kept, stays where it is. Where
    the profile is private, what is not understood stays without its bytes.
    """

    def __init__(self, path: Path, registry: Registry, disk: Disk) -> None:
        """Take the file, and the registry, whose accepted devices grow."""
        self._path, self._registry, self._disk = path, registry, disk
        self._stamp = _stamp(path)
        self._tried: set[int] = set()
        self._looks = _LOOKS
        self._wiped = False
        self.counts = {"retaken": 0}

    async def run(self, intake: Intake) -> None:
        """Watch until cancelled; what was accepted or learned while the agent was down is taken up first."""
        while True:
            if self._looks > 0:
                self._looks -= 1
                await self._retake(intake)
            await asyncio.sleep(_LOOK_EVERY_S)
            await self._fold()
            stamp = _stamp(self._path)
            if stamp != self._stamp:
                self._stamp = stamp
                self._read()
                self._tried.clear()
                self._looks = _LOOKS

    def _read(self) -> None:
        try:
            accepted = read_accepted(self._path)
        except ConfigError as error:
            log.warning("%s; the devices accepted before stay as they are", error)
            return
        for device, key in accepted.items():
            if key not in self._registry.profiles:
                log.error("%s: expected a known profile for %s, got %r", self._path, device, key)
            elif self._registry.accepted.get(device) != key:
                self._registry.accepted[device] = key
                log.info("device %s is accepted with profile %s", device, key)

    async def _retake(self, intake: Intake) -> None:
        try:
            shelf = await self._disk.run(Outbox.shelf, _MOST)
        except OutboxError as error:
            log.warning("the quarantine cannot be read now: %s", error)
            self._looks = max(self._looks, 1)
            return
        for kept in reversed(shelf):
            if kept.number in self._tried:
                continue
            self._tried.add(kept.number)
            item = await asyncio.to_thread(self._understood, kept)
            if item is not None:
                await intake.put(item)

    async def _fold(self) -> None:
        """Let nothing of a picture that left the quarantine stand in the outbox's log either."""
        if not self._wiped:
            return
        try:
            await self._disk.run(Outbox.fold_log)
            self._wiped = False
        except OutboxError as error:
            log.warning("the outbox's log cannot be emptied now: %s", error)

    def _understood(self, kept: Kept) -> Heard | None:
        entry = kept.entry
        profile = self._registry.profile_of(DeviceId(entry.device), entry.profile)
        if not entry.device or profile is None:
            return None
        reading = reading_of(entry)
        whole = not entry.cut and entry.trust != TimeTrust.UNSYNCED
        if not whole or not _decodes(profile, self._registry.with_key(reading)):
            if not profile.private or not entry.payload:
                return None
            reading = replace(reading, payload=b"")  # a picture from before anybody knew that it was one
        return Heard(
            source=entry.source,
            reading=reading,
            profile=entry.profile,
            settle=partial(self._settled, kept.number, profile),
            where=entry.where,
            kind=entry.kind,
            released=kept.number,
        )

    def _settled(self, number: int, profile: Profile, outcome: Outcome) -> None:
        self._wiped |= profile.private
        if not outcome.kept:
            self._tried.discard(number)
            self._looks = max(self._looks, 1)
        elif outcome is not Outcome.QUARANTINED:
            self.counts["retaken"] += 1


def _decodes(profile: Profile, reading: Reading) -> bool:
    try:
        with trying():  # what lies in the quarantine may have been somebody else's bytes
            return bool(profile.decode(reading))
    except DecodeError:
        return False


def _stamp(path: Path) -> tuple[int, int, int]:
    """Say whether a file is another one than before."""
    try:
        found = path.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_mtime_ns, found.st_size, found.st_ino)
