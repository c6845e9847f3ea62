"""Where things are: the five levels of a city, the site, its lots, floors and bays, the tags on its meters."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from wire.errors import WireError
from wire.ids import BayId, DeviceId, GatewayId, PlaceId, device_id
from wire.tag import PlannedTag, checked_tag
from wire.words import Words

MOST_ID_BYTES: Final = 64
"""Ids of places and bays stand in addresses, topics and cursors."""


class Level(StrEnum):
    """The levels of a city, from the top; a site (lot, room, building) hangs below a community."""

    CITY = "city"
    DISTRICT = "district"
    STREET = "street"
    GRID = "grid"
    COMMUNITY = "community"
    SITE = "site"


class Place(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One place of the tree; ids of the first levels follow GB/T 2260."""

    id: PlaceId
    level: Level
    name: Words
    parent: PlaceId | None = None


class Bay(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One parking bay; `device` watches it. `at` is its top left corner on the floor plan, in units of a bay's width;
    a bay is one wide and two deep, and `turned` says that it lies across."""

    id: BayId
    device: DeviceId | None = None
    at: tuple[float, float] | None = None
    turned: bool = False


class Floor(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One level of a lot."""

    id: PlaceId
    name: Words
    bays: tuple[Bay, ...]


class Lot(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A parking lot of a community."""

    id: PlaceId
    name: Words
    floors: tuple[Floor, ...]


class SitePlan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One community as the gateway and the cloud both read it (`site.toml`): places, lots, bays, their devices.

    `areas` lists the places from the city down to the community, the parent before the child; the lots belong to
    the last of them. `tags` are the RFID tags and seals on the meters.
    """

    id: PlaceId
    name: Words
    areas: tuple[Place, ...]
    lots: tuple[Lot, ...] = ()
    tags: tuple[PlannedTag, ...] = ()
    gateway: GatewayId | None = None
    tz: str = "Asia/Shanghai"


def check_plan(plan: SitePlan) -> SitePlan:
    """Return the plan, its devices in the form of `device_id`, if its ids are unique and its areas form one chain.

    Raises:
        WireError: says which id stands twice, cannot stand in an address, or which parent is missing.
    """
    lots = tuple(_with_device_ids(lot) for lot in plan.lots)
    plan = replace(plan, lots=lots, tags=tuple(checked_tag(tag) for tag in plan.tags))
    ids = [place.id for place in plan.areas]
    ids += [lot.id for lot in plan.lots] + [floor.id for lot in plan.lots for floor in lot.floors]
    _unique("place", ids)
    bays = [bay for lot in plan.lots for floor in lot.floors for bay in floor.bays]
    _unique("bay", [bay.id for bay in bays])
    _check_ids([*ids, *(bay.id for bay in bays), *(tag.dwelling for tag in plan.tags)])
    _unique("tag", [tag.id for tag in plan.tags])
    _unique("device", [bay.device for bay in bays if bay.device is not None])
    for bay in bays:
        _check_device(bay)
    for lot in plan.lots:
        for floor in lot.floors:
            _check_corners(floor)
    above: PlaceId | None = None
    for place in plan.areas:
        if place.parent != above:
            raise WireError(f"expected area {place.id!r} below {above!r}, got parent {place.parent!r}")
        above = place.id
    if not plan.areas or plan.areas[-1].level is not Level.COMMUNITY:
        raise WireError("expected the areas to end with the community")
    return plan


def _check_ids(ids: Iterable[str]) -> None:
    """Refuse what no address or page cursor could carry."""
    for name in ids:
        fits = 1 <= len(name.encode()) <= MOST_ID_BYTES and name.isprintable()
        if not fits or "/" in name or name in (".", ".."):
            raise WireError(
                f"expected an id of 1 to {MOST_ID_BYTES} bytes of printable text without /, got {name!r}"
            )


def _with_device_ids(lot: Lot) -> Lot:
    floors = [
        replace(
            floor,
            bays=tuple(
                bay if bay.device is None else replace(bay, device=device_id(bay.device))
                for bay in floor.bays
            ),
        )
        for floor in lot.floors
    ]
    return replace(lot, floors=tuple(floors))


def _check_corners(floor: Floor) -> None:
    stands: dict[tuple[float, float], BayId] = {}
    for bay in floor.bays:
        if bay.at is not None and stands.setdefault(bay.at, bay.id) != bay.id:
            raise WireError(
                f"floor {floor.id!r}: bays {stands[bay.at]!r} and {bay.id!r} both stand at {list(bay.at)}"
            )


def _check_device(bay: Bay) -> None:
    name = bay.device
    if name is not None and (not name or not name.isprintable() or name != name.strip()):
        raise WireError(
            f"bay {bay.id!r}: expected the id of its device, got {name!r}; leave device out if it has none"
        )


def _unique(what: str, ids: list[str] | list[PlaceId] | list[BayId] | list[DeviceId]) -> None:
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            raise WireError(f"expected each {what} once, got {name!r} twice")
        seen.add(name)
