"""Which profiles could be right for the devices whose bytes lie in the quarantine."""

from collections.abc import Iterable, Sequence
from typing import Final

from device_profiles import Profile
from device_profiles.recognition import Guess, guess
from edge_agent.accepted.again import reading_of
from edge_agent.outbox import Quarantined

_MOST_DEVICES: Final = 20
_MOST_FRAMES: Final = 5


def suggest(entries: Sequence[Quarantined], profiles: Iterable[Profile]) -> dict[str, list[Guess]]:
    """Return guesses by device, of the newest devices and frames; `entries` has the newest first."""
    frames: dict[str, list[Quarantined]] = {}
    for entry in entries:
        if entry.device and entry.payload and not entry.cut:
            frames.setdefault(entry.device, []).append(entry)
    known = list(profiles)
    return {
        device: guess(
            [reading_of(one) for one in reversed(found[:_MOST_FRAMES])], known, called=found[0].kind
        )
        for device, found in list(frames.items())[:_MOST_DEVICES]
    }
