"""Notices that a device has fallen silent for longer than its profile allows, and that it speaks again."""

from collections import OrderedDict
from typing import Final

from msgspec import Struct

from wire import DeviceId

_MOST: Final = 10_000


class Watched(Struct, frozen=True, kw_only=True):
    """A device that is expected to speak; remembered over a restart."""

    silent_after_s: float
    silent: bool = False


class Change(Struct, frozen=True, kw_only=True):
    """A device fell silent, or speaks again."""

    device: DeviceId
    silent: bool


class SilenceRule:
    """Told of devices heard and of time, in steady milliseconds; holds 10,000 devices, the longest silent go first."""

    def __init__(self) -> None:
        """Expect nobody."""
        self._heard_ms: OrderedDict[DeviceId, int] = OrderedDict()
        self.watched: dict[DeviceId, Watched] = {}
        self.gone: list[DeviceId] = []
        """Devices given up for room since somebody last emptied this list."""

    def recall(self, device: DeviceId, watched: Watched, now_ms: int) -> None:
        """Take up a device known before a restart: its silence counts from now, as nobody listened meanwhile."""
        self.watched[device] = watched
        self._heard_ms[device] = now_ms

    def heard(self, device: DeviceId, silent_after_s: float, now_ms: int) -> list[Change]:
        """Take note that a device spoke; return what that changes."""
        before = self.watched.get(device)
        self._heard_ms[device] = now_ms
        self._heard_ms.move_to_end(device)
        if before is None or before.silent_after_s != silent_after_s or before.silent:
            self.watched[device] = Watched(silent_after_s=silent_after_s)
        self._make_room()
        return [Change(device=device, silent=False)] if before is not None and before.silent else []

    def ticked(self, now_ms: int) -> list[Change]:
        """Return the devices that have been silent for too long since the last call."""
        found = []
        for device, heard_ms in self._heard_ms.items():
            watched = self.watched.get(device)
            if (
                watched is not None
                and not watched.silent
                and now_ms - heard_ms > watched.silent_after_s * 1000
            ):
                self.watched[device] = Watched(silent_after_s=watched.silent_after_s, silent=True)
                found.append(Change(device=device, silent=True))
        return found

    def _make_room(self) -> None:
        while len(self._heard_ms) > _MOST:
            device, _ = self._heard_ms.popitem(last=False)
            self.watched.pop(device, None)
            self.gone.append(device)
