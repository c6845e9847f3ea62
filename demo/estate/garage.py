"""The estate's garage as a surveyor would draw it: levels, bays with their places, the sensor in each."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from demo.estate.sensor import Kind, Sensor
from demo.estate.tagged import build_tags
from wire import (
    Bay,
    BayId,
    DeviceId,
    Floor,
    GatewayId,
    Level,
    Lot,
    Place,
    PlaceId,
    SitePlan,
    Words,
    check_plan,
)

GATEWAY: Final = GatewayId("gw-ginkgo-1")
SHARD: Final = 7
LOT: Final = PlaceId("ginkgo-garage")

# Lengths in units of a bay's width (2.5 m).
_DEPTH: Final = 2.0
_AISLE: Final = 2.3
_BACK_TO_BACK: Final = 0.16
_BAYS_A_PILLAR: Final = 3
_PILLAR: Final = 0.34
_ISLANDS: Final = 2
_HEIGHT: Final = 2 * _DEPTH + (_ISLANDS + 1) * _AISLE + _ISLANDS * (2 * _DEPTH + _BACK_TO_BACK)
_OPENING: Final = 2
"""Bays that the way in and the stairs take each."""

_STOREYS: Final = (
    ("B1", Words(zh="地下一层", en="Basement 1")),
    ("1F", Words(zh="一层", en="Level 1")),
    ("2F", Words(zh="二层", en="Level 2")),
    ("3F", Words(zh="三层", en="Level 3")),
)
UNDERGROUND: Final = PlaceId("ginkgo-B1")

_AREAS: Final = (
    Place(id=PlaceId("310000"), level=Level.CITY, name=Words(zh="上海市", en="Shanghai")),
    Place(
        id=PlaceId("310101"),
        level=Level.DISTRICT,
        name=Words(zh="黄浦区", en="Huangpu District"),
        parent=PlaceId("310000"),
    ),
    Place(
        id=PlaceId("310101002"),
        level=Level.STREET,
        name=Words(zh="南京东路街道", en="Nanjing East Road Subdistrict"),
        parent=PlaceId("310101"),
    ),
    Place(
        id=PlaceId("310101002-07"),
        level=Level.GRID,
        name=Words(zh="第七网格", en="Grid 7"),
        parent=PlaceId("310101002"),
    ),
    Place(
        id=PlaceId("ginkgo"),
        level=Level.COMMUNITY,
        name=Words(zh="银杏里", en="Ginkgo Lane"),
        parent=PlaceId("310101002-07"),
    ),
)

# What a property company that bought over the years has: mostly LoRaWAN of four makes, some NB-IoT.
_MIX: Final = (
    Kind.BOSCH_TPS110,
    Kind.NWAVE_NPS310,
    Kind.LIBELIUM_V2,
    Kind.NBIOT_JSON,
    Kind.NWAVE_NPS405_EARLY,
    Kind.BOSCH_TPS110,
    Kind.NWAVE_NPS405,
    Kind.LIBELIUM_V2,
    Kind.TEKZIPARK,
    Kind.NBIOT_CBOR,
)


class Garage(Struct, frozen=True, kw_only=True):
    """A site plan and the sensors that stand in its bays."""

    plan: SitePlan
    sensors: tuple[Sensor, ...]


def build_garage(bays: int = 300, storeys: int = 3, mix: tuple[Kind, ...] = _MIX) -> Garage:
    """Draw a garage of so many bays, shared out evenly over one to four storeys, the lowest underground."""
    each = [bays // storeys + (number < bays % storeys) for number in range(storeys)]
    floors = []
    sensors: list[Sensor] = []
    for number, count in enumerate(each):
        short, name = _STOREYS[number]
        floor = PlaceId(f"ginkgo-{short}")
        spots = list(_mirrored(_level(count), mirrored=number % 2 == 1))
        ids = [BayId(f"{short}-{index:03d}") for index in range(1, count + 1)]
        here = [_sensor(number, index, bay, floor, mix) for index, bay in enumerate(ids)]
        drawn = tuple(
            Bay(id=bay, device=sensor.device, at=at, turned=turned)
            for bay, sensor, (at, turned) in zip(ids, here, spots, strict=True)
        )
        floors.append(Floor(id=floor, name=name, bays=drawn))
        sensors += here
    lot = Lot(id=LOT, name=Words(zh="银杏里停车库", en="Ginkgo Lane Garage"), floors=tuple(floors))
    tags = tuple(tag.plan for tag in build_tags())
    plan = SitePlan(
        id=PlaceId("ginkgo"), name=_AREAS[-1].name, areas=_AREAS, lots=(lot,), tags=tags, gateway=GATEWAY
    )
    return Garage(plan=check_plan(plan), sensors=tuple(sensors))


def _sensor(storey: int, index: int, bay: BayId, floor: PlaceId, mix: tuple[Kind, ...]) -> Sensor:
    kind = mix[index % len(mix)]
    serial = storey * 1000 + index + 1
    # An EUI-64 of the locally administered range, or an IMEI of the range reserved for tests (reporting body 00).
    name = f"urn:dev:imei:001010000{serial:06d}" if kind.speaks_coap else f"02a1b2fffe{serial:06x}"
    return Sensor(device=DeviceId(name), bay=bay, floor=floor, kind=kind)


Spot = tuple[tuple[float, float], bool]


def _level(count: int) -> list[Spot]:
    """Lay out one level: bays along the walls, two double rows between them, a way in and stairs."""
    island = 1
    while len(spots := list(_spots(island))) < count:
        island += 1
    return spots[:count]


def _spots(island: int) -> Iterator[Spot]:
    """Give the places of a level whose double rows are `island` bays long, row by row from the top."""
    width = _along(island) + 2 * (_DEPTH + _AISLE)
    wall = _fitting(width - 2 * _AISLE)
    stairs, way_in = wall // 2, wall // 4
    yield from _row(_AISLE, 0.0, (index for index in range(wall) if not 0 <= index - stairs < _OPENING))
    for number in range(_ISLANDS):
        top = _DEPTH + _AISLE + number * (2 * _DEPTH + _BACK_TO_BACK + _AISLE)
        yield from _row(_DEPTH + _AISLE, top, range(island))
        yield from _row(_DEPTH + _AISLE, top + _DEPTH + _BACK_TO_BACK, range(island))
    bottom = _HEIGHT - _DEPTH
    yield from _row(_AISLE, bottom, (index for index in range(wall) if not 0 <= index - way_in < _OPENING))
    for left in (0.0, width - _DEPTH):
        for index in range(_fitting(_HEIGHT - 2 * _AISLE)):
            yield (round(left, 2), round(_AISLE + _place(index), 2)), True


def _row(left: float, top: float, indices: Iterator[int] | range) -> Iterator[Spot]:
    for index in indices:
        yield (round(left + _place(index), 2), round(top, 2)), False


def _place(index: int) -> float:
    """Return where a row's bay begins: pillars stand between every few bays."""
    return index + index // _BAYS_A_PILLAR * _PILLAR


def _along(count: int) -> float:
    return _place(count - 1) + 1


def _fitting(length: float) -> int:
    count = 1
    while _along(count + 1) <= length:
        count += 1
    return count


def _mirrored(spots: list[Spot], *, mirrored: bool) -> Iterator[Spot]:
    """Give the spots as they are, or left to right reversed: ramps lie on opposite sides of neighbouring levels."""
    right = max((x + (_DEPTH if turned else 1) for (x, _), turned in spots), default=0.0)
    for (x, y), turned in spots:
        yield ((round(right - x - (_DEPTH if turned else 1), 2), y) if mirrored else (x, y)), turned
