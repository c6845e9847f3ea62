"""Whether somebody has fallen: a quick drop to lying, and no getting up."""

from collections import deque
from typing import Final

from msgspec import Struct

from edge_agent.rules.thermal.bodies import Body
from edge_agent.rules.thermal.settings import Mount, ThermalSettings

_FLAT: Final = 1.15
_UPRIGHT: Final = 0.95
_LONGER: Final = 1.5


class _Seen(Struct, frozen=True, kw_only=True):
    at_s: float
    y: float
    aspect: float
    length: float


class Fall:
    """Told of the largest body in each picture; a fall is said once it has lasted, and again when it is over."""

    def __init__(self, settings: ThermalSettings, *, fallen: bool = False) -> None:
        """Know nothing but whether somebody is `fallen`."""
        self._settings = settings
        self._seen: deque[_Seen] = deque(maxlen=64)
        self._down_s: float | None = 0.0 if fallen else None
        self._standing_length = 0.0
        self.fallen = fallen

    def looked(self, body: Body, now_s: float) -> bool | None:
        """Return True when somebody has fallen, False when they are up again, None while nothing changes."""
        settings = self._settings
        now = _Seen(at_s=now_s, y=body.y, aspect=body.aspect, length=max(body.wide, body.high))
        while self._seen and now_s - self._seen[0].at_s > settings.fall_within_s:
            self._seen.popleft()
        before = next((seen for seen in self._seen if self._dropped(seen, now)), None)
        self._seen.append(now)
        if before is not None and self._down_s is None:
            self._down_s, self._standing_length = now_s, before.length
        elif self._down_s is not None and self._up(now):
            return self._over()
        if self._down_s is None or self.fallen or now_s - self._down_s < settings.fall_still_s:
            return None
        self.fallen = True
        return True

    def left(self) -> bool | None:
        """Nobody is there any more: return False if that ends a fall."""
        return self._over()

    def gap(self) -> None:
        """Nobody looked for a while: a drop is not to be concluded from what stands on both sides of it."""
        self._seen.clear()
        if not self.fallen:
            self._down_s = None

    def _over(self) -> bool | None:
        was, self.fallen, self._down_s = self.fallen, False, None
        self._seen.clear()
        return False if was else None

    def _dropped(self, before: _Seen, now: _Seen) -> bool:
        if self._settings.mount is Mount.CEILING:
            return now.length >= before.length * _LONGER
        return (
            now.y - before.y >= self._settings.fall_drop and before.aspect <= _UPRIGHT and now.aspect >= _FLAT
        )

    def _up(self, now: _Seen) -> bool:
        if self._settings.mount is Mount.CEILING:
            return now.length < self._standing_length * (1 + _LONGER) / 2
        return now.aspect <= _UPRIGHT
