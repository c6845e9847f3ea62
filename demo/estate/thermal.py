"""A room under a thermal array, as far infrared sees it: people, pets, radiators, sunshine, and the array's own faults.

A body is a warm patch with soft edges, warmer than the room by 2 to 5 kelvin at 2 to 5 m (clothes and distance take
the rest), as Grid-EYE and MLX90640 application notes show it; pixels have a fixed error of their own and noise (NETD
0.1 to 0.5 K at the rates used). What no simulator has is what nobody thought of: see docs/decisions/0022-thermal.md.
"""

import math
import struct
from collections.abc import Iterator, Sequence
from random import Random

from msgspec import Struct


class Posture(Struct, frozen=True, kw_only=True):
    """Where somebody is at one time: centre and size as shares of the view, y down, and warmth in kelvin."""

    at_s: float
    x: float
    y: float
    wide: float
    high: float
    warmth_k: float = 0.0


class Spot(Struct, frozen=True, kw_only=True):
    """Something warm that is nobody: it warms up over `rise_s` from `from_s` on and moves across the view slowly."""

    x: float
    y: float
    size: float
    warmth_k: float
    from_s: float = 0.0
    rise_s: float = 1.0
    drift_per_h: float = 0.0


class Array(Struct, frozen=True, kw_only=True):
    """The sensor: its pixels, pictures a second, noise and fixed errors in kelvin."""

    width: int = 8
    height: int = 8
    rate_hz: float = 4.0
    noise_k: float = 0.2
    fixed_k: float = 0.4


class Scene(Struct, frozen=True, kw_only=True):
    """What happens in a room: paths of people and pets, warm spots, the room's temperature and how it drifts."""

    paths: Sequence[Sequence[Posture]]
    spots: Sequence[Spot] = ()
    room_c: float = 21.0
    drift_k_per_h: float = 0.0


def pictures(
    scene: Scene, array: Array, seconds: float, seed: int
) -> Iterator[tuple[float, tuple[float, ...]]]:
    """Give time and temperatures of each picture, row by row."""
    dice = Random(seed)
    fixed = [dice.gauss(0, array.fixed_k) for _ in range(array.width * array.height)]
    for turn in range(int(seconds * array.rate_hz)):
        at_s = turn / array.rate_hz
        warm = [_posture(path, at_s) for path in scene.paths if path[0].at_s <= at_s <= path[-1].at_s]
        base = scene.room_c + scene.drift_k_per_h * at_s / 3600
        celsius = tuple(
            base + fixed[at] + dice.gauss(0, array.noise_k) + _warmth(at, array, warm, scene.spots, at_s)
            for at in range(array.width * array.height)
        )
        yield at_s, celsius


def registers(celsius: Sequence[float]) -> bytes:
    """Return 64 pixels as the AMG8833's registers hold them: 12 bits in two's complement, a quarter of a degree."""
    return struct.pack(f"<{len(celsius)}H", *(round(value * 4) & 0xFFF for value in celsius))


def _posture(path: Sequence[Posture], at_s: float) -> Posture:
    """Return the posture between two known ones."""
    after = next(index for index, one in enumerate(path) if one.at_s >= at_s)
    if after == 0:
        return path[0]
    one, two = path[after - 1], path[after]
    share = (at_s - one.at_s) / max(1e-9, two.at_s - one.at_s)
    between = {name: (1 - share) * getattr(one, name) + share * getattr(two, name) for name in _MIXED}
    return Posture(at_s=at_s, **between)


_MIXED = ("x", "y", "wide", "high", "warmth_k")


def _warmth(at: int, array: Array, people: Sequence[Posture], spots: Sequence[Spot], at_s: float) -> float:
    x, y = (at % array.width + 0.5) / array.width, (at // array.width + 0.5) / array.height
    body = max((_patch(x, y, one) for one in people), default=0.0)
    return body + sum(_spot(x, y, one, at_s) for one in spots)


def _patch(x: float, y: float, one: Posture) -> float:
    """Return a warm ellipse with soft edges."""
    away = math.hypot((x - one.x) / (one.wide / 2), (y - one.y) / (one.high / 2))
    return one.warmth_k / (1 + math.exp((away - 1) * 6))


def _spot(x: float, y: float, spot: Spot, at_s: float) -> float:
    if at_s < spot.from_s:
        return 0.0
    risen = min(1.0, (at_s - spot.from_s) / spot.rise_s)
    away = math.hypot(x - spot.x - spot.drift_per_h * at_s / 3600, y - spot.y) / spot.size
    return spot.warmth_k * risen * math.exp(-away * away)
