"""Rows with a SenML pack: what stands in it, what it resolves to, or that it must be refused."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from device_profiles.conformance.compare import same
from device_profiles.conformance.vector import Mismatch, Row, Setting, Vector, decoding
from device_profiles.protocols.senml import ABSOLUTE_FROM_S, Dialect, Record, read_pack, resolve
from device_profiles.reading import Format

_DEFINED: Final = frozenset({"bver", "n", "u", "t", "v", "vs", "vb", "vd", "s", "ut"})
Fields = Mapping[str, object]
_FORMS = frozenset({Format.SENML_JSON, Format.SENML_CBOR, Format.SENSML_JSON, Format.SENSML_CBOR})


class Came(Struct, frozen=True, kw_only=True):
    """A pack as it stands and as it is meant."""

    pack: Sequence[Fields]
    records: Sequence[Record]


def fits(row: Row) -> bool:
    """Say whether the row is a SenML pack."""
    return row.get("format") in _FORMS and ("bytes" in row or "raw" in row)


def vector(row: Row, setting: Setting) -> Vector:
    """Make the row's test: reading and resolving, by the letter of RFC 8428."""
    del setting
    form = Format(row["format"])
    digits = str(row["bytes"]) if "bytes" in row else str(row["raw"]).encode().hex()

    def decode(octets: bytes) -> Came:
        pack = read_pack(octets, form, Dialect.RFC8428)
        return Came(pack=pack, records=resolve(pack, Dialect.RFC8428))

    def compare(came: Came) -> Mismatch | None:
        return _pack_differs(row, came) or _resolved_differs(row, came)

    return Vector(decode=decoding(digits, decode), compare=compare, invalid=bool(row.get("must_reject")))


def _pack_differs(row: Row, came: Came) -> Mismatch | None:
    expected = row.get("expected_pack", row.get("input"))
    if expected is None or same([_stated(one) for one in expected], [_stated(one) for one in came.pack]):
        return None
    return Mismatch(expected=expected, came=[_stated(record) for record in came.pack])


def _stated(record: Fields) -> Fields:
    """Return a record's fields; a time of zero says the same as none (RFC 8428, 4.5.3)."""
    return {label: _plain(value) for label, value in record.items() if label != "t" or not same(value, 0)}


def _resolved_differs(row: Row, came: Came) -> Mismatch | None:
    """Resolved records are in the order of time (RFC 8428, 4.6); relative times need the row's own moment."""
    if row.get("expected_resolved") is None:
        return None
    expected = [_defined(record, came.pack) for record in row["expected_resolved"]]
    records = _named(row, expected, came.records)
    now_s = row.get("now", _moment(expected, records))
    resolved = [_resolved(record, now_s) for record in records]
    first, second = sorted(expected, key=_when), sorted(resolved, key=_when)
    if any("t" not in record for record in expected):
        second = [_without(record, "t") for record in second] if not _timed(records) else second
    if not any("bver" in record for record in expected):  # the pack says it, and is compared by itself
        second = [_without(record, "bver") for record in second]
    return (
        None
        if same(_shifted(first, first), _shifted(second, first))
        else Mismatch(expected=first, came=second)
    )


def _defined(record: Fields, pack: Sequence[Fields]) -> Fields:
    """Leave out the fields that RFC 8428 does not define and that stand in the pack: resolving leaves them alone."""
    return {
        label: value
        for label, value in record.items()
        if label in _DEFINED or not any(label in one and same(value, one[label]) for one in pack)
    }


def _named(row: Row, expected: Sequence[Fields], records: Sequence[Record]) -> Sequence[Record]:
    """Leave out what stands in the row's own pack but not in its resolved records: it does not judge that."""
    stated = row.get("expected_pack", row.get("input")) or []
    if len(expected) >= len(stated):
        return records
    names = {record.get("n") for record in expected}
    return [record for record in records if record.name in names]


def _shifted(records: Sequence[Fields], reference: Sequence[Fields]) -> Sequence[Fields]:
    """Count times from the first one: beside 1.7e9 seconds a whole second would pass for a rounding error."""
    first = _when(reference[0]) if reference else 0.0
    return [{**record, "t": _when(record) - first} if "t" in record else record for record in records]


def _moment(expected: Sequence[Any], records: Sequence[Record]) -> float | None:
    """Return when the row was resolved, by its first record with a relative time; the others must agree with it."""
    if len(expected) != len(records):
        return None
    ordered = sorted(records, key=lambda record: record.seconds or 0.0)
    for wanted, record in zip(sorted(expected, key=_when), ordered, strict=True):
        if _relative(record) and "t" in wanted:
            return float(wanted["t"]) - (record.seconds or 0.0)
    return None


def _resolved(record: Record, now_s: float | None) -> Fields:
    seconds = record.seconds or 0.0
    fields: dict[str, object] = {"n": record.name}
    if record.unit:
        fields["u"] = record.unit
    if record.version is not None:
        fields["bver"] = record.version
    fields["t"] = seconds + (now_s or 0.0) if _relative(record) else seconds
    fields |= {_label(record.value): _plain(record.value)} if record.value is not None else {}
    fields |= {"s": record.sum} if record.sum is not None else {}
    fields |= {"ut": record.update_s} if record.update_s is not None else {}
    return fields


def _relative(record: Record) -> bool:
    return (record.seconds or 0.0) < ABSOLUTE_FROM_S


def _timed(records: Sequence[Record]) -> bool:
    return any(record.seconds for record in records)


def _without(record: Fields, label: str) -> Fields:
    return {name: value for name, value in record.items() if name != label}


def _when(record: Mapping[str, Any]) -> float:
    return float(record.get("t", 0.0))


def _label(value: object) -> str:
    if isinstance(value, bool):
        return "vb"
    if isinstance(value, str):
        return "vs"
    return "vd" if isinstance(value, bytes) else "v"


def _plain(value: object) -> object:
    """Return a value as JSON has it: bytes as base64url without padding."""
    return base64.urlsafe_b64encode(value).decode().rstrip("=") if isinstance(value, bytes) else value
