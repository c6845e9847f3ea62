"""Which observations can become rows, and how their values are written."""

from collections.abc import Sequence
from typing import Final

from edge_agent.outbox.entry import Entry, Quarantined
from wire import Observation, Rows, Value

_NAME_MOST: Final = 256
_TIME_MOST: Final = 1 << 61
"""Milliseconds; the difference of two such times still fits 64 signed bits."""
_WHOLE_MOST: Final = 1 << 63


class UnfitError(ValueError):
    """An observation that no row can carry; the text says what was expected and what came."""


def columns(observations: Sequence[Observation], text_most: int) -> Rows:
    """Turn observations into columns: truths become 0 or 1, whole numbers beyond 64 bits become floats.

    Raises:
        UnfitError: a name or text is too long, or a number or time is beyond all bounds.
    """
    rows = Rows(
        device=[row.device for row in observations],
        property=[row.property for row in observations],
        value=[row.value for row in observations],
        at_ms=[row.at_ms for row in observations],
        trust=[int(row.trust) for row in observations],
    )
    _check_names(set(rows.device) | set(rows.property))
    low, high = min(rows.at_ms), max(rows.at_ms)
    if low < -_TIME_MOST or high > _TIME_MOST:
        raise UnfitError(f"expected a time in milliseconds below {_TIME_MOST}, got {low} to {high}")
    kinds = set(map(type, rows.value))
    if kinds == {float} or (kinds == {int} and _narrow(rows.value)):
        return rows
    values = [_written(value, text_most) for value in rows.value]
    return Rows(device=rows.device, property=rows.property, value=values, at_ms=rows.at_ms, trust=rows.trust)


def misfit(entry: Entry, reason: str) -> Quarantined:
    """Return what to keep of an entry whose rows cannot be written."""
    first = entry.rows[0][1]
    return Quarantined(
        at_ms=first.at_ms if abs(first.at_ms) <= _TIME_MOST else 0,
        source="outbox",
        where=str(entry.rows[0][0]),
        device=first.device[:_NAME_MOST],
        payload=repr([row for _, row in entry.rows]).encode("utf-8", "replace"),
        reason=reason,
    )


def _check_names(names: set[str]) -> None:
    longest = max(names, key=len)
    if len(longest) > _NAME_MOST:
        raise UnfitError(f"expected a name of at most {_NAME_MOST} characters, got {len(longest)}")


def _narrow(values: Sequence[Value]) -> bool:
    return all(-_WHOLE_MOST <= value < _WHOLE_MOST for value in (min(values), max(values)))  # type: ignore[operator]  # the caller knows them to be whole numbers


def _written(value: Value, text_most: int) -> Value:
    if isinstance(value, str):
        if len(value) > text_most:
            raise UnfitError(f"expected a text of at most {text_most} characters, got {len(value)}")
        return value
    if isinstance(value, int):
        return int(value) if -_WHOLE_MOST <= value < _WHOLE_MOST else _as_float(value)
    return value


def _as_float(value: int) -> float:
    try:
        return float(value)
    except OverflowError as error:
        raise UnfitError(f"expected a number that a float can hold, got {value.bit_length()} bits") from error
