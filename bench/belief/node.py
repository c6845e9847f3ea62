"""What parking nodes make of the field they measure: four programs with the failures that each is known for."""

from bench.belief.cars import Vector, length
from bench.belief.sites import Program


class Node:
    """One node's program; told the field it measures, it says whether the bay is occupied."""

    def __init__(self, program: Program, threshold: float, absorbs_h: float) -> None:
        """Start uncalibrated; `absorbs_h` is after how long it takes an occupied bay's field for its baseline."""
        self._program, self._threshold, self._absorbs_h = program, threshold, absorbs_h
        self._baseline: Vector | None = None
        self._last: Vector = (0.0, 0.0, 0.0)
        self._last_h = self._since_h = 0.0
        self.occupied = False

    def measured(self, field: Vector, now_h: float) -> bool:
        """Take a measurement and return the node's word."""
        if self._baseline is None:
            self._baseline = self._last = field
        before = self.occupied
        if self._program is Program.EDGES:
            self._by_edges(field)
        else:
            self._by_threshold(field, now_h)
        if self.occupied is not before:
            self._since_h = now_h
        self._last, self._last_h = field, now_h
        return self.occupied

    def _by_threshold(self, field: Vector, now_h: float) -> None:
        assert self._baseline is not None
        before, off = self.occupied, _apart(field, self._baseline)
        self.occupied = off > self._threshold * (0.75 if self.occupied else 1.0)
        passed_h = now_h - self._last_h
        if self._program is Program.TRACKING and not self.occupied:
            self._follow(field, passed_h / 12)
        if self._program is Program.CREEPING:
            self._follow(field, passed_h / (96 if self.occupied else 12))
        if before and self.occupied and self._absorbs_h and now_h - self._since_h > self._absorbs_h:
            self._baseline, self.occupied = field, False

    def _by_edges(self, field: Vector) -> None:
        assert self._baseline is not None
        if _apart(field, self._last) > self._threshold:
            nearer = _apart(field, self._baseline) < _apart(self._last, self._baseline)
            self.occupied = not nearer if self.occupied else _apart(field, self._baseline) > self._threshold
        elif not self.occupied:
            self._follow(field, 0.05)

    def _follow(self, field: Vector, gain: float) -> None:
        assert self._baseline is not None
        gain = min(1.0, gain)
        x, y, z = (b + gain * (f - b) for b, f in zip(self._baseline, field, strict=True))
        self._baseline = (x, y, z)


def _apart(one: Vector, other: Vector) -> float:
    return length((one[0] - other[0], one[1] - other[1], one[2] - other[2]))
