"""What a lobby screen shows: free, occupied and unknown bays, and how far the numbers can be trusted."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from wire.ids import BayId, PlaceId
from wire.place import Floor, Lot
from wire.words import Words


class Sight(StrEnum):
    """What is known of a bay; unknown is never counted as free."""

    FREE = "free"
    OCCUPIED = "occupied"
    UNKNOWN = "unknown"


class Link(StrEnum):
    """Whether the numbers are fresh: live, stale (shown with their age) or dead (shown as --)."""

    LIVE = "live"
    STALE = "stale"
    DEAD = "dead"


class BoardBay(Struct, frozen=True, kw_only=True):
    """One bay on the floor plan; `at` in units of a bay's width."""

    id: BayId
    sight: Sight
    at: tuple[float, float] | None = None
    turned: bool = False


class Count(Struct, frozen=True, kw_only=True):
    """Bays by what is known of them; `total` is their sum."""

    total: int
    free: int
    occupied: int
    unknown: int


class BoardFloor(Struct, frozen=True, kw_only=True):
    """One level: its counts and its bays."""

    id: PlaceId
    name: Words
    count: Count
    bays: tuple[BoardBay, ...]


class Board(Struct, frozen=True, kw_only=True):
    """The state of one lobby screen.

    `seq` rises with every change within one life of the server (`life`). `at_ms` is when the server built it;
    `heard_ms` when the newest word from the sensors came. `heard_age_ms` is how old that word was at `at_ms`, by a
    clock that never jumps: a screen ages the numbers by it and looks at no date. Without it a screen takes the
    difference of the two times.
    """

    lot: PlaceId
    name: Words
    life: str
    seq: int
    at_ms: int
    heard_ms: int
    link: Link
    count: Count
    floors: tuple[BoardFloor, ...]
    tz: str = "Asia/Shanghai"
    heard_age_ms: int | None = None


def count_sights(sights: list[Sight]) -> Count:
    """Count bays by what is known of them."""
    return Count(
        total=len(sights),
        free=sights.count(Sight.FREE),
        occupied=sights.count(Sight.OCCUPIED),
        unknown=sights.count(Sight.UNKNOWN),
    )


def board_floors(lot: Lot, sights: Mapping[BayId, Sight]) -> tuple[BoardFloor, ...]:
    """Lay what is known of the bays over a lot's floors; a bay of which nothing is known is unknown."""
    return tuple(_floor(floor, sights) for floor in lot.floors)


def total_count(floors: tuple[BoardFloor, ...]) -> Count:
    """Add up the floors."""
    return count_sights([bay.sight for floor in floors for bay in floor.bays])


def _floor(floor: Floor, sights: Mapping[BayId, Sight]) -> BoardFloor:
    bays = tuple(
        BoardBay(
            id=bay.id,
            sight=sights.get(bay.id, Sight.UNKNOWN),
            at=bay.at,
            turned=bay.turned,
        )
        for bay in floor.bays
    )
    return BoardFloor(
        id=floor.id,
        name=floor.name,
        count=count_sights([bay.sight for bay in bays]),
        bays=bays,
    )
