"""Which profiles could be right for the devices whose bytes lie in the quarantine."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from device_profiles import Profile
from device_profiles.recognition import Guess, guess
from edge_agent.accepted.again import reading_of
from edge_agent.outbox import Quarantined

_MOST_DEVICES: Final = 20
_MOST_FRAMES: Final = 5
_Frames = tuple[Quarantined, ...]


class Suggester:
    """Guesses once for what lies there: hundreds of vendors' codecs take seconds to ask, pages are loaded again."""

    def __init__(self, profiles: Collection[Profile]) -> None:
        """Take the profiles that can be."""
        self._profiles = profiles
        self._made: dict[_Frames, list[Guess]] = {}
        self._turn = asyncio.Lock()

    async def suggest(self, entries: Sequence[Quarantined]) -> dict[str, list[Guess]]:
        """Return guesses by device, of the newest devices and frames; `entries` has the newest first."""
        async with self._turn:
            frames = _frames(entries)
            self._made = {
                known: self._made[known]
                if known in self._made
                else await asyncio.to_thread(self._guess, known)
                for known in frames.values()
            }
            return {device: self._made[known] for device, known in frames.items()}

    def _guess(self, frames: _Frames) -> list[Guess]:
        readings = [reading_of(one) for one in reversed(frames)]
        return guess(readings, self._profiles, called=frames[0].kind)


def _frames(entries: Sequence[Quarantined]) -> Mapping[str, _Frames]:
    found: dict[str, _Frames] = {}
    for entry in entries:
        if not entry.device or not entry.payload or entry.cut:
            continue
        before = found.get(entry.device, ())
        if len(before) < _MOST_FRAMES and (before or len(found) < _MOST_DEVICES):
            found[entry.device] = (*before, entry)
    return found
