"""Boards to be shown in tests: so many levels, so many bays, so many of them free or unknown."""

import random

from msgspec.structs import replace

from wire import (
    Bay,
    BayId,
    Board,
    Floor,
    Link,
    Lot,
    PlaceId,
    Sight,
    Words,
    board_floors,
    total_count,
)

LOT = PlaceId("lot-1")
_ZH = "一二三四五六七八"


def lot_of(levels: int, bays: int) -> Lot:
    """A lot with `bays` bays on each of its levels and names as long as real ones."""
    floors = tuple(
        Floor(
            id=PlaceId(f"B{level + 1}"),
            name=Words(zh=f"地下{_ZH[level]}层", en=f"Level B{level + 1}"),
            bays=tuple(Bay(id=BayId(f"B{level + 1}-{bay + 1:03}")) for bay in range(bays)),
        )
        for level in range(levels)
    )
    return Lot(id=LOT, name=Words(zh="丽园小区地下车库", en="Liyuan Garden Garage"), floors=floors)


def sights_of(lot: Lot, free: int, unknown: int) -> dict[BayId, Sight]:
    """Scatter free and unknown bays over a lot, always in the same way; all others are occupied."""
    bays = [bay.id for floor in lot.floors for bay in floor.bays]
    random.Random(7).shuffle(bays)
    sights = dict.fromkeys(bays, Sight.OCCUPIED)
    sights |= dict.fromkeys(bays[:free], Sight.FREE)
    return sights | dict.fromkeys(bays[free : free + unknown], Sight.UNKNOWN)


def board_of(lot: Lot, *, free: int = 42, unknown: int = 2, link: Link = Link.LIVE) -> Board:
    """A board of a lot."""
    floors = board_floors(lot, sights_of(lot, free, unknown))
    return Board(
        lot=lot.id,
        name=lot.name,
        life="first",
        seq=1,
        at_ms=1_800_000_000_000,
        heard_ms=1_800_000_000_000,
        heard_age_ms=0,
        link=link,
        count=total_count(floors),
        floors=floors,
    )


USUAL = lot_of(3, 100)
STATES = {
    "live": board_of(USUAL, free=42),
    "three digits": board_of(USUAL, free=128),
    "full": board_of(USUAL, free=0),
    "unknown": board_of(USUAL, free=0, unknown=300),
    "stale": replace(board_of(USUAL, free=128, link=Link.STALE), heard_age_ms=47 * 60_000),
    "dead": board_of(USUAL, link=Link.DEAD),
}


def surveyed(lot: Lot, across: int) -> Lot:
    """The same lot with its bays drawn on a plan: rows of `across` bays, beside them a column of bays that lie."""
    return replace(
        lot, floors=tuple(replace(floor, bays=_placed(floor.bays, across)) for floor in lot.floors)
    )


def _placed(bays: tuple[Bay, ...], across: int) -> tuple[Bay, ...]:
    upright = [
        replace(bay, at=(float(index % across), 4.5 * (index // across)))
        for index, bay in enumerate(bays[across:])
    ]
    lying = [
        replace(bay, at=(across + 3.0, 1.1 * index), turned=True) for index, bay in enumerate(bays[:across])
    ]
    return (*lying, *upright)
