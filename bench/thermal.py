"""How well thermal arrays tell who is there and who has fallen, on rooms that nothing was tuned on."""

import time
from collections.abc import Callable, Sequence
from random import Random
from statistics import fmean

from msgspec import Struct

from demo.estate.thermal import Array, Posture, Scene, Spot, pictures
from device_profiles.protocols.thermal import Frame
from edge_agent.rules.thermal import Room, ThermalSettings

_EMPTY_S, _LONG_S = 40.0, 160.0


class World(Struct, frozen=True, kw_only=True):
    """From what a kind of rooms is drawn: sensors, noise, body warmth and how fast people fall and lie down."""

    arrays: Sequence[Array]
    warmth_k: tuple[float, float]
    fall_s: tuple[float, float]
    lie_s: tuple[float, float]
    spots: int


TUNED = World(
    arrays=(Array(), Array(width=32, height=24, noise_k=0.3)),
    warmth_k=(3.0, 4.5),
    fall_s=(0.5, 1.2),
    lie_s=(4.0, 8.0),
    spots=1,
)
"""What the rule was tried on while it was written."""
HELD_OUT = World(
    arrays=(Array(rate_hz=10, noise_k=0.3, fixed_k=0.7), Array(width=16, height=12, noise_k=0.35, rate_hz=3)),
    warmth_k=(2.4, 5.5),
    fall_s=(0.3, 1.5),
    lie_s=(3.5, 11.0),
    spots=3,
)
"""Other arrays, noisier, weaker bodies, more warm things, other speeds: looked at only to report."""


class Ended(Struct, frozen=True, kw_only=True):
    """What the rule said of one room."""

    presence_right: float
    fell: bool


def measure(world: World, rooms: int, seed: int) -> dict[str, float]:
    """Return shares over rooms: presence right by the second, falls told, false falls by what people did instead."""
    found: dict[str, list[Ended]] = {}
    for kind, path_of in _KINDS.items():
        for number in range(rooms):
            dice = Random(f"{seed}-{kind}-{number}")
            found.setdefault(kind, []).append(_lived(world, path_of(world, dice), dice))
    said = {f"told_{kind}": fmean(one.fell for one in ended) for kind, ended in found.items()}
    presence = fmean(one.presence_right for ended in found.values() for one in ended)
    return {"presence_right": round(presence, 4), **{name: round(value, 3) for name, value in said.items()}}


def cost_us(array: Array) -> float:
    """Return the microseconds that one picture takes."""
    dice = Random(1)
    scene = Scene(paths=[_standing(_EMPTY_S, 5.0, TUNED, dice)])
    frames = [
        Frame(width=array.width, height=array.height, celsius=celsius)
        for _, celsius in pictures(scene, array, 60, 1)
    ]
    room = Room(ThermalSettings())
    before = time.perf_counter()
    for number, frame in enumerate(frames):
        room.looked(frame, number / array.rate_hz)
    return (time.perf_counter() - before) / len(frames) * 1e6


def figures() -> dict[str, float]:
    """Return what is known of thermal arrays, in simulation."""
    return {
        **{f"tuned on: {name}": share for name, share in measure(TUNED, 24, 1).items()},
        **{f"held out: {name}": share for name, share in measure(HELD_OUT, 30, 2).items()},
        "us a picture, 8 x 8": round(cost_us(Array()), 1),
        "us a picture, 32 x 24": round(cost_us(Array(width=32, height=24)), 1),
    }


def _lived(world: World, path: Sequence[Posture], dice: Random) -> Ended:
    array = dice.choice(world.arrays)
    spots = [
        Spot(
            x=dice.random(),
            y=dice.random(),
            size=dice.uniform(0.05, 0.2),
            warmth_k=dice.uniform(1, 6),
            from_s=dice.choice([-3600.0, 20.0]),
            rise_s=dice.uniform(900, 3600),
            drift_per_h=dice.uniform(0, 0.1),
        )
        for _ in range(dice.randint(0, world.spots))
    ]
    scene = Scene(
        paths=[path], spots=spots, room_c=dice.uniform(12, 28), drift_k_per_h=dice.uniform(-1.5, 1.5)
    )
    room, right, counted, present, fell = Room(ThermalSettings()), 0, 0, False, False
    for at_s, celsius in pictures(scene, array, _LONG_S + 80, dice.randrange(10**9)):
        care = room.looked(Frame(width=array.width, height=array.height, celsius=celsius), at_s)
        present = present if care.presence is None else care.presence
        fell = fell or care.fall is True
        truth = path[0].at_s <= at_s <= path[-1].at_s
        if not (path[0].at_s <= at_s < path[0].at_s + 3 or path[-1].at_s <= at_s < path[-1].at_s + 65):
            right, counted = right + (present is truth), counted + 1
    return Ended(presence_right=right / counted, fell=fell)


def _standing(at_s: float, stay_s: float, world: World, dice: Random) -> list[Posture]:
    """Walk in from the side and stand for a while."""
    warmth = dice.uniform(*world.warmth_k)
    wide, high = dice.uniform(0.14, 0.24), dice.uniform(0.4, 0.62)
    y, x = dice.uniform(0.36, 0.5), dice.uniform(0.3, 0.7)
    one = Posture(at_s=at_s, x=-0.1, y=y, wide=wide, high=high, warmth_k=warmth)
    two = Posture(at_s=at_s + dice.uniform(2, 5), x=x, y=y, wide=wide, high=high, warmth_k=warmth)
    three = Posture(at_s=two.at_s + stay_s, x=x, y=y, wide=wide, high=high, warmth_k=warmth)
    return [one, two, three]


def _down(world: World, dice: Random, took_s: float, stay_s: float, drop: float) -> list[Posture]:
    path = _standing(_EMPTY_S, dice.uniform(5, 20), world, dice)
    up = path[-1]
    lying = Posture(
        at_s=up.at_s + took_s,
        x=min(0.75, up.x + 0.1),
        y=min(0.92, up.y + drop),
        wide=up.high * 0.95,
        high=up.wide * 1.1,
        warmth_k=up.warmth_k,
    )
    return [*path, lying, _later(lying, stay_s)]


def _later(one: Posture, stay_s: float) -> Posture:
    return Posture(
        at_s=one.at_s + stay_s, x=one.x, y=one.y, wide=one.wide, high=one.high, warmth_k=one.warmth_k
    )


def _fall(world: World, dice: Random) -> list[Posture]:
    return _down(world, dice, dice.uniform(*world.fall_s), 60.0, dice.uniform(0.25, 0.4))


def _lie_down(world: World, dice: Random) -> list[Posture]:
    return _down(world, dice, dice.uniform(*world.lie_s), 60.0, dice.uniform(0.12, 0.3))


def _sit(world: World, dice: Random) -> list[Posture]:
    path = _standing(_EMPTY_S, dice.uniform(5, 20), world, dice)
    up = path[-1]
    seated = Posture(
        at_s=up.at_s + dice.uniform(0.8, 2),
        x=up.x,
        y=up.y + 0.14,
        wide=up.wide * 1.2,
        high=up.high * 0.7,
        warmth_k=up.warmth_k,
    )
    return [*path, seated, _later(seated, 60.0)]


def _pick_up(world: World, dice: Random) -> list[Posture]:
    """Bend down quickly, and stand up again within the time that a fall needs to be believed."""
    path = _down(world, dice, dice.uniform(0.6, 1.5), dice.uniform(2, 12), 0.25)
    up = path[-3]
    return [
        *path,
        Posture(at_s=path[-1].at_s + 1.5, x=up.x, y=up.y, wide=up.wide, high=up.high, warmth_k=up.warmth_k),
    ]


def _walk_out(world: World, dice: Random) -> list[Posture]:
    path = _standing(_EMPTY_S, dice.uniform(5, 40), world, dice)
    up = path[-1]
    return [
        *path,
        Posture(at_s=up.at_s + 4, x=1.1, y=up.y, wide=up.wide, high=up.high, warmth_k=up.warmth_k),
    ]


_KINDS: dict[str, Callable[[World, Random], list[Posture]]] = {
    "fall": _fall,
    "lying_down": _lie_down,
    "sitting_down": _sit,
    "picking_up": _pick_up,
    "walking_through": _walk_out,
}
