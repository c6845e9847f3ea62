"""Lays fresh rows out for the database: names become ids, values become numbers or texts."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from cloud_ingest.ingest.judge import Fresh
from cloud_ingest.store import STREAM_NUMBER, Sheet, fit_text
from wire import TimeTrust, Value

_MOST: Final = 1e30
"""A number beyond this is nobody's measurement: it is kept as text, so that no sum of many ever overflows."""
_TRUSTS: Final = frozenset(map(int, TimeTrust))


class Ids(Struct, frozen=True, kw_only=True):
    """The database's ids of every name that the rows carry."""

    gateway: Mapping[str, int]
    device: Mapping[str, int]
    property: Mapping[str, int]


def lay_out(fresh: Fresh, ids: Ids) -> Sheet:
    """Lay one batch's fresh rows out."""
    batch, rows = fresh.batch, fresh.batch.rows.since(fresh.skip)
    first = batch.first + fresh.skip
    numbers, texts = split_values(rows.value)
    return Sheet(
        gateway=ids.gateway[batch.gateway],
        stream=STREAM_NUMBER[batch.stream],
        epoch=batch.epoch,
        seq=range(first, first + len(rows)),
        device=list(map(ids.device.__getitem__, rows.device)),
        property=list(map(ids.property.__getitem__, rows.property)),
        at_ms=rows.at_ms,
        trust=fit_trusts(rows.trust),
        number=numbers,
        text=texts,
    )


def split_values(values: Sequence[Value]) -> tuple[list[float | None], list[str | None]]:
    """Split values into numbers and texts; NaN, infinity and numbers beyond all measure are kept as their text."""
    if str not in set(map(type, values)):
        whole: list[float | None] = list(map(float, values))
        if all(map(_measurable, values)):  # type: ignore[arg-type]  # no text among them
            return whole, [None] * len(values)
    numbers: list[float | None] = []
    texts: list[str | None] = []
    for value in values:
        is_number = not isinstance(value, str) and _measurable(value)
        numbers.append(float(value) if is_number else None)
        texts.append(None if is_number else fit_text(str(value)))
    return numbers, texts


def _measurable(value: float) -> bool:
    return -_MOST <= value <= _MOST


def fit_trusts(trusts: Sequence[int]) -> Sequence[int]:
    """Return trusts that this program knows; a newer gateway's unknown one counts as the device's own word."""
    if set(trusts) <= _TRUSTS:
        return trusts
    return [trust if trust in _TRUSTS else int(TimeTrust.DEVICE) for trust in trusts]
