"""Lots for tests of the boards, made by hand."""

from cloud_ingest.board import BayFact, LotFacts
from wire import Bay, BayId, Floor, GatewayId, Lot, PlaceId, Words

GATEWAY = GatewayId("gw")
NAME = Words(zh="停车场", en="car park")


def lot_facts(name: str = "lot", *, read_ms: int = 0, heard_ms: int | None = 0, **states: str) -> LotFacts:
    """Make a lot of three bays a, b and c on one floor, of which the given ones have a state."""
    bays = tuple(Bay(id=BayId(bay)) for bay in "abc")
    floor = Floor(id=PlaceId(f"{name}-floor"), name=NAME, bays=bays)
    return LotFacts(
        lot=Lot(id=PlaceId(name), name=NAME, floors=(floor,)),
        community=PlaceId("community"),
        tz="Asia/Shanghai",
        bays={BayId(bay): BayFact(state=state, gateway=GATEWAY) for bay, state in states.items()},
        heard_ms={} if heard_ms is None else {GATEWAY: heard_ms},
        read_ms=read_ms,
    )
