"""For how long nothing has moved where somebody is."""

from collections.abc import Sequence
from typing import Final

from edge_agent.rules.thermal.bodies import Body
from edge_agent.rules.thermal.settings import ThermalSettings

_MOVED: Final = 0.05
"""A centre that moves by less than this share of the view is noise."""


class Stillness:
    """Told of the bodies in each picture; tells a stillness every so often while it lasts, and its end as 0."""

    def __init__(self, settings: ThermalSettings) -> None:
        """Know nothing."""
        self._every_s = settings.still_every_s
        self._at: tuple[float, float] | None = None
        self._moved_s = 0.0
        self._told_s: float | None = None

    def looked(self, bodies: Sequence[Body], now_s: float) -> float | None:
        """Return the seconds since the last movement where they are to be told."""
        if self._has_moved(bodies):
            self._moved_s = now_s
            told, self._told_s = self._told_s, None
            return None if told is None else 0.0
        if now_s - (self._moved_s if self._told_s is None else self._told_s) < self._every_s:
            return None
        self._told_s = now_s
        return round(now_s - self._moved_s, 1)

    def forget(self) -> None:
        """Start anew: nobody is there, or nobody looked for a while."""
        self._at, self._told_s = None, None

    def _has_moved(self, bodies: Sequence[Body]) -> bool:
        size = sum(len(body.pixels) for body in bodies)
        x = sum(body.x * len(body.pixels) for body in bodies) / size
        y = sum(body.y * len(body.pixels) for body in bodies) / size
        if self._at is not None and abs(x - self._at[0]) < _MOVED and abs(y - self._at[1]) < _MOVED:
            return False
        self._at = (x, y)
        return True
