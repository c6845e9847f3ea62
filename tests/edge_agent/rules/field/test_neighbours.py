"""Neighbours lie side by side on the plan, or follow each other in the list where the plan says no places."""

from edge_agent.rules.field import neighbours_of
from wire import Bay, BayId, DeviceId, Floor, Level, Lot, Place, PlaceId, SitePlan, Words

NAME = Words(zh="车库", en="Garage")


def plan(*bays: Bay) -> SitePlan:
    floor = Floor(id=PlaceId("b1"), name=NAME, bays=bays)
    return SitePlan(
        id=PlaceId("c7"),
        name=NAME,
        areas=(Place(id=PlaceId("c"), level=Level.COMMUNITY, name=NAME),),
        lots=(Lot(id=PlaceId("p1"), name=NAME, floors=(floor,)),),
    )


def bay(
    name: str, at: tuple[float, float] | None = None, *, turned: bool = False, device: bool = True
) -> Bay:
    return Bay(id=BayId(name), device=DeviceId(name) if device else None, at=at, turned=turned)


def test_bays_without_places_follow_the_list() -> None:
    found = neighbours_of(plan(bay("a"), bay("b"), bay("c", device=False), bay("d")))
    assert found == {"a": ("b",), "b": ("a",), "d": ()}


def test_bays_with_places_are_beside_each_other_whatever_the_list_says() -> None:
    found = neighbours_of(plan(bay("a", (0, 0)), bay("far", (0, 4.3)), bay("c", (2.34, 0)), bay("b", (1, 0))))
    assert found == {"a": ("b",), "far": (), "c": ("b",), "b": ("a", "c")}


def test_bays_that_lie_across_are_beside_each_other_one_above_the_other() -> None:
    found = neighbours_of(
        plan(bay("a", (0, 0), turned=True), bay("b", (0, 1), turned=True), bay("c", (2, 0)))
    )
    assert found[DeviceId("a")] == ("b",)
