"""Warm areas in a picture: connected pixels that are warmer than the empty room by as much as a body makes them."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

_FEWEST: Final = 2
"""One pixel alone is noise: among 64 of them, eight times a second, every few seconds."""


class Body(Struct, frozen=True, kw_only=True):
    """A warm area: its pixels, its centre and its size as shares of the view, y from the top down."""

    pixels: frozenset[int]
    x: float
    y: float
    wide: float
    high: float
    warmth_k: float

    @property
    def aspect(self) -> float:
        """Width over height, in the view's own proportions."""
        return self.wide / self.high


def find_bodies(
    differences: Sequence[float], width: int, *, warmer_k: float, least_share: float
) -> list[Body]:
    """Return the warm areas of at least a share of the view, the largest first."""
    warm = {at for at, value in enumerate(differences) if value >= warmer_k}
    least = max(_FEWEST, round(least_share * len(differences)))
    found = [_body(area, differences, width) for area in _areas(warm, width) if len(area) >= least]
    return sorted(found, key=lambda body: -len(body.pixels))


def _areas(warm: set[int], width: int) -> list[set[int]]:
    """Return the connected areas, corners included."""
    left, found = set(warm), []
    while left:
        area, edge = set(), [left.pop()]
        while edge:
            at = edge.pop()
            area.add(at)
            near = {one for one in _around(at, width) if one in left}
            left -= near
            edge += near
        found.append(area)
    return found


def _around(at: int, width: int) -> list[int]:
    row, column = divmod(at, width)
    return [
        r * width + c
        for r in (row - 1, row, row + 1)
        for c in (column - 1, column, column + 1)
        if 0 <= c < width and r >= 0 and (r, c) != (row, column)
    ]


def _body(area: set[int], differences: Sequence[float], width: int) -> Body:
    height = len(differences) // width
    rows, columns = zip(*(divmod(at, width) for at in area), strict=True)
    weight = sum(differences[at] for at in area)
    return Body(
        pixels=frozenset(area),
        x=sum((at % width + 0.5) * differences[at] for at in area) / weight / width,
        y=sum((at // width + 0.5) * differences[at] for at in area) / weight / height,
        wide=(max(columns) - min(columns) + 1) / width,
        high=(max(rows) - min(rows) + 1) / height,
        warmth_k=weight / len(area),
    )
