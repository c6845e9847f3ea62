"""A dozen of the estate's other LoRaWAN devices (smoke, leaks, bins, doors, air) in the bytes that they really send.

Written from the vendors' own descriptions, as the profiles are; the sources are named in the profiles.
"""

import struct
from collections.abc import Callable
from enum import StrEnum
from typing import Final

from msgspec import Struct

from demo.estate.frames import Frame
from wire import DeviceId, PropertyName

_PORT: Final = 85


class Mood(Struct, frozen=True, kw_only=True):
    """How things stand around a device: whether something is the matter, how much there is (0 to 1), how many came."""

    alarmed: bool
    level: float
    count: int


class Make(StrEnum):
    """The makes, by the key of the profile that understands them."""

    SMOKE = "fire_netvox_ra02a"
    GAS = "gas_milesight_gs101"
    LEAK = "leak_netvox_r718wa"
    TANK = "level_milesight_em500_swl"
    BIN = "waste_milesight_em400"
    CONTAINER = "level_dragino_ldds75"
    DOOR = "door_netvox_r311a"
    ROOM = "air_milesight_am319"
    BIN_ROOM = "air_milesight_gs301"
    WEATHER = "air_milesight_wts506"
    GATE = "people_milesight_vs350"
    CALL = "care_netvox_r312a"
    NOISE = "noise_browan_tbsl100"
    MANHOLE = "manhole_milesight_em310_tilt"


class Neuron(Struct, frozen=True, kw_only=True):
    """One device: `counted` is the property that each of its frames carries once."""

    device: DeviceId
    make: Make
    place: str
    counted: PropertyName


def _netvox(kind: int, *values: int) -> Frame:
    body = bytes([1, kind, 1, 36, *values])
    return Frame(port=6, payload=body.ljust(11, b"\0"))


def _smoke(mood: Mood) -> Frame:
    return _netvox(0x0A, mood.alarmed, 0, *struct.pack(">h", round(180 + 60 * mood.level)))


def _leak(mood: Mood) -> Frame:
    return _netvox(0x32, mood.alarmed)


def _door(mood: Mood) -> Frame:
    return _netvox(0x02, mood.alarmed)


def _call(mood: Mood) -> Frame:
    return _netvox(0x4D, mood.alarmed)


def _channels(*parts: bytes) -> Frame:
    """Return Milesight's run of channels."""
    return Frame(port=_PORT, payload=b"".join(parts))


def _battery(mood: Mood) -> bytes:
    return bytes([0x01, 0x75, 100 - mood.count % 20])


def _climate(mood: Mood, *channels: int) -> bytes:
    warm, damp = channels
    return struct.pack("<BBhBBB", warm, 0x67, round(160 + 120 * mood.level), damp, 0x68, 100)


def _gas(mood: Mood) -> Frame:
    return _channels(
        bytes([0x05, 0x8E, mood.alarmed, 0x06, 0x01, not mood.alarmed, 0x07, 0x01, mood.alarmed])
    )


def _tank(mood: Mood) -> Frame:
    return _channels(_battery(mood), struct.pack("<BBH", 0x03, 0x77, round(300 * mood.level)))


def _bin(mood: Mood) -> Frame:
    empty_mm = round(1200 - 1000 * mood.level)
    return _channels(
        _battery(mood),
        struct.pack("<BBhBBH", 0x03, 0x67, 215, 0x04, 0x82, empty_mm),
        bytes([5, 0, mood.alarmed]),
    )


def _container(mood: Mood) -> Frame:
    return Frame(port=2, payload=struct.pack(">HHBhB", 3350, round(2000 - 1600 * mood.level), 0, 0, 1))


def _room(mood: Mood) -> Frame:
    air = struct.pack(
        "<BBHBBHBBH", 0x07, 0x7D, round(450 + 900 * mood.level), 0x09, 0x73, 10132, 0x0A, 0x7D, 3
    )
    dust = struct.pack("<BBHBBH", 0x0B, 0x7D, round(80 * mood.level), 0x0C, 0x7D, round(120 * mood.level))
    return _channels(_climate(mood, 0x03, 0x04), bytes([0x05, 0x00, mood.alarmed, 0x06, 0xCB, 3]), air, dust)


def _bin_room(mood: Mood) -> Frame:
    smell = struct.pack("<BBHBBH", 0x04, 0x7D, round(300 * mood.level), 0x05, 0x7D, round(40 * mood.level))
    return _channels(_battery(mood), _climate(mood, 0x02, 0x03), smell)


def _weather(mood: Mood) -> Frame:
    wind = struct.pack(
        "<BBHBBHBBH", 0x05, 0x84, mood.count * 37 % 3600, 0x06, 0x73, 10101, 0x07, 0x92, mood.count % 90
    )
    return _channels(_climate(mood, 0x03, 0x04), wind)


def _gate(mood: Mood) -> Frame:
    return _channels(struct.pack("<BBHH", 0x04, 0xCC, mood.count % 65536, max(mood.count - 3, 0) % 65536))


def _noise(mood: Mood) -> Frame:
    return Frame(port=105, payload=bytes([mood.alarmed, 11, 54, round(45 + 40 * mood.level)]))


def _manhole(mood: Mood) -> Frame:
    tilt = 3000 if mood.alarmed else 120
    return _channels(_battery(mood), struct.pack("<BBhhhB", 0x03, 0xCF, tilt, 0, 9000 - tilt, mood.alarmed))


_ALL: Final[tuple[tuple[Make, str, str, Callable[[Mood], Frame]], ...]] = (
    (Make.SMOKE, "3-402 kitchen", "fire.smoke", _smoke),
    (Make.GAS, "1-101 kitchen", "gas.alarm", _gas),
    (Make.LEAK, "pump room floor", "water.leak", _leak),
    (Make.TANK, "roof tank", "water.level", _tank),
    (Make.BIN, "bin 7", "waste.distance", _bin),
    (Make.CONTAINER, "glass container", "distance", _container),
    (Make.DOOR, "roof door", "door.open", _door),
    (Make.ROOM, "community room", "air.pm2_5", _room),
    (Make.BIN_ROOM, "bin room", "air.nh3", _bin_room),
    (Make.WEATHER, "weather mast", "air.wind_speed", _weather),
    (Make.GATE, "east gate", "people.in", _gate),
    (Make.CALL, "2-301 bedroom", "care.sos", _call),
    (Make.NOISE, "square", "air.noise", _noise),
    (Make.MANHOLE, "manhole 12", "manhole.open", _manhole),
)
_WRITERS: Final = {make: writer for make, _, _, writer in _ALL}
NEURONS: Final = tuple(
    Neuron(
        device=DeviceId(f"24e124f0000000{number:02x}"), make=make, place=place, counted=PropertyName(counted)
    )
    for number, (make, place, counted, _) in enumerate(_ALL, 1)
)
"""The devices; each make once."""


def neuron_frame(make: Make, mood: Mood) -> Frame:
    """Return the frame in which this make says how things stand."""
    return _WRITERS[make](mood)
