"""A rule fired or cleared: what happened where, since when, on which facts."""

from enum import StrEnum

import msgspec
from msgspec import Struct

from wire.errors import WireError
from wire.ids import DeviceId, PlaceId, PropertyName, TimeTrust
from wire.observation import Observation, Value


class Phase(StrEnum):
    """An event opens when its rule fires and clears when the rule's condition is gone."""

    RAISED = "raised"
    CLEARED = "cleared"


class Urgency(StrEnum):
    """An alarm travels before everything else; a notice travels with the states."""

    ALARM = "alarm"
    NOTICE = "notice"


class Event(Struct, frozen=True, kw_only=True):
    """One firing or clearing of a rule about a place, with the device that showed it.

    `key` is the same for a raise and the clear that ends it: rule and place.
    """

    rule: str
    place: PlaceId
    device: DeviceId
    phase: Phase
    urgency: Urgency
    at_ms: int
    facts: dict[str, Value] = {}

    @property
    def key(self) -> str:
        """What a raise and its clear share."""
        return f"{self.rule}@{self.place}"


_decoder = msgspec.json.Decoder(Event)
_PROPERTY = {
    Urgency.ALARM: PropertyName("alarm"),
    Urgency.NOTICE: PropertyName("event"),
}


def event_row(event: Event, trust: TimeTrust = TimeTrust.SYNCED) -> Observation:
    """Give the row that carries an event through outbox and wire."""
    return Observation(
        device=event.device,
        property=_PROPERTY[event.urgency],
        value=msgspec.json.encode(event).decode(),
        at_ms=event.at_ms,
        trust=trust,
    )


def event_of(value: Value) -> Event:
    """Read an event back from its row's value.

    Raises:
        WireError: the value is no event.
    """
    try:
        return _decoder.decode(str(value))
    except msgspec.MsgspecError as error:
        raise WireError(f"expected an event as JSON: {error}") from error
