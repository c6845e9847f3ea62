"""The bytes that each make of LoRaWAN sensor sends: the inverse of what its device profile reads.

Written from the vendors' own descriptions, as the profiles are; the sources are named in the profiles.
"""

import struct
from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from demo.estate.sensor import Kind, Utterance

_BATTERY_MV: Final = 3480


class Frame(Struct, frozen=True, kw_only=True):
    """What leaves the sensor: LoRaWAN FPort and payload."""

    port: int
    payload: bytes


def frame_of(utterance: Utterance) -> Frame:
    """Return the frame in which this make of sensor says it."""
    return _WRITERS[utterance.sensor.kind](utterance)


def _bosch(said: Utterance) -> Frame:
    if said.moment.changed:
        return Frame(port=1, payload=bytes([said.moment.occupied]))
    return Frame(port=2, payload=struct.pack(">Bb", said.moment.occupied, said.moment.temperature_c))


def _nps310(said: Utterance) -> Frame:
    return Frame(port=1 if said.moment.changed else 2, payload=bytes([said.moment.occupied]))


def _nps405(said: Utterance) -> Frame:
    """Firmware 2.4: the state in bit 0."""
    if said.moment.changed:
        return Frame(port=1, payload=bytes([said.moment.occupied | _lasted(said.moment.lasted_min) << 1]))
    return Frame(port=2, payload=struct.pack(">BBb", said.moment.occupied, *_nps405_health(said)))


def _nps405_early(said: Utterance) -> Frame:
    """The layout of the first firmware: the state in bit 7."""
    if said.moment.changed:
        return Frame(port=1, payload=bytes([said.moment.occupied << 7 | _lasted(said.moment.lasted_min)]))
    return Frame(port=2, payload=struct.pack(">BBb", said.moment.occupied << 7, *_nps405_health(said)))


def _nps405_health(said: Utterance) -> tuple[int, int]:
    return (_BATTERY_MV - 2500) // 4, (said.moment.temperature_c - 10) * 2


def _lasted(minutes: int) -> int:
    """Return the code of how long the state before lasted: minutes, from 90 on in fives, from 240 on in hours."""
    if minutes < 90:
        return minutes
    if minutes < 240:
        return 90 + (minutes - 90) // 5
    return min(120 + (minutes - 240) // 60, 127)


def _tekzipark(said: Utterance) -> Frame:
    battery_good, by_radar = 1 << 5, 1 << 3
    flags = said.moment.occupied << 7 | battery_good | by_radar | (not said.moment.changed)
    return Frame(port=1, payload=struct.pack(">BbB", flags, said.moment.temperature_c, _bay_number(said)))


def _libelium(said: Utterance) -> Frame:
    first, count = said.moment.occupied << 7 | (not said.moment.changed), said.number % 256
    measured = struct.pack(">b3h", said.moment.temperature_c, *_field(said))
    if said.moment.changed:
        battery = (_BATTERY_MV - 2800) // 4
        return Frame(port=2, payload=bytes([first, count]) + measured + bytes([0, battery]))
    minutes = said.at_ms // 60_000
    return Frame(port=2, payload=bytes([first, count, minutes // 60 % 24, minutes % 60]) + measured)


def _field(said: Utterance) -> tuple[int, int, int]:
    """Return the magnetometer's axes in raw counts: iron above the sensor bends the earth's field, noise stirs it."""
    own = _bay_number(said)
    x, y, z = (-300 + own, 180 - own, 900) if said.moment.occupied else (40 + own, -20, 420 - own)
    return x + said.number * 5 % 7 - 3, y + said.number * 3 % 5 - 2, z + said.number % 7 - 3


def _bay_number(said: Utterance) -> int:
    return int(said.sensor.bay.rpartition("-")[2]) % 256


_WRITERS: Final[Mapping[Kind, Callable[[Utterance], Frame]]] = {
    Kind.BOSCH_TPS110: _bosch,
    Kind.NWAVE_NPS310: _nps310,
    Kind.NWAVE_NPS405: _nps405,
    Kind.NWAVE_NPS405_EARLY: _nps405_early,
    Kind.TEKZIPARK: _tekzipark,
    Kind.LIBELIUM_V2: _libelium,
}
