"""Everything that one transaction adds about dated rows, worked out before the transaction begins."""

from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import Final

from msgspec import Struct

from cloud_ingest.rollup import HourKey, Moments, Newest, keep_newest, merge, moments_by_hour
from cloud_ingest.store.binary import dated_bytes, undated_bytes
from cloud_ingest.store.fit import fit_text
from cloud_ingest.store.sheet import Sheet
from wire import Event, Value, WireError, event_of

EVENT_PROPERTIES: Final = ("event", "alarm")
"""The properties whose rows carry an event."""
BAY_PROPERTY: Final = "parking.bay"
"""The property that says what was decided about a bay."""


class Telling(Struct, frozen=True, kw_only=True):
    """The ids of the properties whose rows mean more than a value: events, and what was decided about a bay."""

    events: frozenset[int]
    bay: int | None


def telling(properties: Mapping[str, int]) -> Telling:
    """Find the telling properties among known ones, given as name to id."""
    events = frozenset(properties[name] for name in EVENT_PROPERTIES if name in properties)
    return Telling(events=events, bay=properties.get(BAY_PROPERTY))


class EventRow(Struct, frozen=True, kw_only=True):
    """An event with the number of the row that carried it; `at_ms` is the row's time, after any repair."""

    event: Event
    at_ms: int
    gateway: int
    stream: int
    epoch: int
    seq: int


class Deposit(Struct, frozen=True, kw_only=True):
    """Rows as COPY bytes and what follows from them: moments by the hour, newest values, events.

    `strange` counts rows of an event property whose value is no event: they are stored as rows alone. `bays_of` are
    the gateways that said something about a bay.
    """

    rows: int
    waiting: int
    dated: bytes
    undated: bytes
    hourly: dict[HourKey, Moments]
    newest: dict[tuple[int, int], Newest]
    events: tuple[EventRow, ...]
    strange: int
    bays_of: tuple[int, ...]
    limit_ms: int


def deposit_of(dated: Sequence[Sheet], undated: Sequence[Sheet], tells: Telling, limit_ms: int) -> Deposit:
    """Work out what rows add; times above `limit_ms` are wrong clocks."""
    hourly: dict[HourKey, Moments] = {}
    newest: dict[tuple[int, int], Newest] = {}
    events: list[EventRow] = []
    strange = 0
    for sheet in dated:
        merge(hourly, moments_by_hour(sheet.gateway, sheet.property, sheet.at_ms, sheet.number))
        keep_newest(newest, _newest_rows(sheet), limit_ms)
        found, odd = events_in(sheet, tells.events)
        events += found
        strange += odd
    return Deposit(
        rows=sum(map(len, dated)),
        waiting=sum(map(len, undated)),
        dated=b"".join(map(dated_bytes, dated)),
        undated=b"".join(map(undated_bytes, undated)),
        hourly=hourly,
        newest=newest,
        events=tuple(events),
        strange=strange,
        bays_of=tuple(sorted({row.gateway for key, row in newest.items() if key[1] == tells.bay})),
        limit_ms=limit_ms,
    )


def events_in(sheet: Sheet, event_properties: frozenset[int]) -> tuple[list[EventRow], int]:
    """Read the events that a sheet's rows carry, and count the rows that should carry one but do not."""
    if event_properties.isdisjoint(sheet.property):
        return [], 0
    events: list[EventRow] = []
    strange = 0
    for row, prop in enumerate(sheet.property):
        if prop not in event_properties:
            continue
        try:
            event = event_of(sheet.text[row] or "")
        except WireError:
            strange += 1
            continue
        events.append(
            EventRow(
                event=event,
                at_ms=sheet.at_ms[row],
                gateway=sheet.gateway,
                stream=sheet.stream,
                epoch=sheet.epoch,
                seq=sheet.seq[row],
            )
        )
    return events, strange


def fit_facts(facts: dict[str, Value]) -> dict[str, Value]:
    """Return an event's facts as PostgreSQL's JSON can hold them."""
    return {
        fit_text(name): fit_text(value) if isinstance(value, str) else value for name, value in facts.items()
    }


def _newest_rows(sheet: Sheet) -> "zip[tuple[tuple[int, int], Newest]]":
    keys = zip(sheet.device, sheet.property, strict=True)
    rows = map(Newest, sheet.at_ms, sheet.number, sheet.text, sheet.trust, repeat(sheet.gateway))
    return zip(keys, rows, strict=True)
