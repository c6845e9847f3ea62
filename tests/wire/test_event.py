"""An event travels as a row and comes back whole."""

import pytest

from wire import DeviceId, Event, Phase, PlaceId, TimeTrust, Urgency, WireError, event_of, event_row

EVENT = Event(
    rule="bay_silent",
    place=PlaceId("B1-001"),
    device=DeviceId("70b3d57ed0000001"),
    phase=Phase.RAISED,
    urgency=Urgency.NOTICE,
    at_ms=1_760_000_000_000,
    facts={"heard_ms": 1, "silent_after_s": 3600.0},
)


def test_an_event_comes_back() -> None:
    row = event_row(EVENT, TimeTrust.UNSYNCED)
    assert (row.property, row.device, row.at_ms, row.trust) == (
        "event",
        EVENT.device,
        EVENT.at_ms,
        TimeTrust.UNSYNCED,
    )
    assert event_of(row.value) == EVENT


def test_a_raise_and_its_clear_share_a_key() -> None:
    assert EVENT.key == "bay_silent@B1-001"


@pytest.mark.parametrize("value", [1, 2.5, "", "{}", "[1]"])
def test_another_value_is_no_event(value: float | str) -> None:
    with pytest.raises(WireError, match="an event as JSON"):
        event_of(value)
