"""Resolves the records of a SenML pack: base fields joined in, every rule of RFC 8428 that a receiver checks."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import isfinite
from typing import Final

from msgspec import Struct

from device_profiles.errors import DecodeError
from device_profiles.protocols.senml.dialect import Dialect
from device_profiles.protocols.senml.pack import Labelled

VERSION: Final = 10
"""The version of SenML that RFC 8428 describes."""
ABSOLUTE_FROM_S: Final = 2**28
"""A time below this counts from the moment of sending (RFC 8428, 4.5.3), others from 1970."""
_BASE: Final = frozenset({"bver", "bn", "bt", "bu", "bv", "bs"})
_VALUES: Final = ("v", "vs", "vb", "vd")
_LONGEST_NAME: Final = 255


class Record(Struct, frozen=True, kw_only=True):
    """One resolved record: full name, unit, seconds (none where the pack says no time), value or sum.

    `update_s` is the longest time until the sensor speaks again, `version` the pack's where it is not 10.
    """

    name: str
    unit: str = ""
    seconds: float | None = None
    value: bool | int | float | str | bytes | None = None
    sum: int | float | None = None
    update_s: float | None = None
    version: int | None = None


class _Base(Struct):
    name: str = ""
    seconds: int | float | None = None
    unit: str = ""
    value: int | float | None = None
    sum: int | float | None = None
    version: int | None = None


def resolve(pack: Sequence[Labelled], dialect: Dialect = Dialect.LWM2M) -> list[Record]:
    """Return the pack's records with their base fields joined in, in the pack's order; relative times stay relative.

    Raises:
        DecodeError: a record breaks a rule of RFC 8428; says which record and which rule.
    """
    base = _Base()
    records = []
    for number, labelled in enumerate(pack, 1):
        try:
            _take_base(base, labelled, first=number == 1)
            if not (labelled.keys() <= _BASE and labelled.keys() and base.value is None and base.sum is None):
                records.append(_record(base, labelled, dialect))
        except DecodeError as error:
            raise DecodeError(f"SenML record {number}: {error}") from error
    return records


def _take_base(base: _Base, labelled: Labelled, *, first: bool) -> None:
    strange = sorted(label for label in labelled if label.endswith("_"))
    if strange:
        raise DecodeError(f"expected no field that must be understood but is not, got {strange[0]!r}")
    if "bver" in labelled:
        base.version = _version(labelled["bver"], None if first else base.version or VERSION)
    base.name = _text(labelled, "bn", base.name)
    base.unit = _text(labelled, "bu", base.unit)
    base.seconds = _number(labelled, "bt", base.seconds)
    base.value = _number(labelled, "bv", base.value)
    base.sum = _number(labelled, "bs", base.sum)


def _version(found: object, before: int | None) -> int:
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise DecodeError(f"expected a whole number above 0 as bver, got {str(found)[:40]}")
    if found > VERSION:
        raise DecodeError(f"expected SenML up to version {VERSION}, got {str(found)[:40]}")
    if before is not None and found != before:
        raise DecodeError(f"expected one version in a pack, got {before} and {found}")
    return found


def _record(base: _Base, labelled: Labelled, dialect: Dialect) -> Record:
    name = base.name + _text(labelled, "n", "")
    if len(name) > _LONGEST_NAME or not dialect.value.fullmatch(name):
        raise DecodeError(
            f"expected a name of 1 to {_LONGEST_NAME} letters, digits and - : . / _ , got {name[:300]!r}"
        )
    seconds = _joined("t", base.seconds, _number(labelled, "t", None))
    total = _joined("s", base.sum, _number(labelled, "s", None))
    update_s = _number(labelled, "ut", None)
    value = _value(base, labelled)
    if value is None and total is None:
        raise DecodeError(f"expected a value or a sum for {name!r}, got none")
    return Record(
        name=name,
        unit=_text(labelled, "u", base.unit),
        seconds=None if seconds is None else float(seconds),
        value=value,
        sum=total,
        update_s=None if update_s is None else float(update_s),
        version=None if base.version in (None, VERSION) else base.version,
    )


def _value(base: _Base, labelled: Labelled) -> bool | int | float | str | bytes | None:
    given = [label for label in _VALUES if label in labelled]
    if len(given) > 1:
        raise DecodeError(f"expected one value, got {' and '.join(given)}")
    if not given or given == ["v"]:
        return _joined("v", base.value, _number(labelled, "v", None))
    found = labelled[given[0]]
    if given == ["vb"] and isinstance(found, bool):
        return found
    if given == ["vs"]:
        return _text(labelled, "vs", "")
    if given == ["vd"] and isinstance(found, bytes):
        return found
    raise DecodeError(f"expected {'a truth' if given == ['vb'] else 'bytes'} as {given[0]}, got {found!r}")


def _joined(label: str, base: float | None, own: float | None) -> int | float | None:
    """Return base and own value together; what is missing counts as zero where the other is there."""
    if base is None:
        return own
    total = base + (own or 0)
    if not _finite(total):
        raise DecodeError(f"expected a finite number as {label} with its base, got {total}")
    return total


def _text(labelled: Mapping[str, object], label: str, default: str) -> str:
    found = labelled.get(label, default)
    if not isinstance(found, str) or not _writable(found):
        raise DecodeError(f"expected a text as {label}, got {found!r}")
    return found


def _writable(text: str) -> bool:
    """JSON can escape half a character (a lone surrogate), which nothing can write down again."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def _number(labelled: Mapping[str, object], label: str, default: float | None) -> int | float | None:
    if label not in labelled:
        return default
    found = labelled[label]
    if isinstance(found, bool) or not isinstance(found, int | float | Decimal):
        raise DecodeError(f"expected a finite number as {label}, got {str(found)[:40]}")
    number = (
        found
        if isinstance(found, float) or (isinstance(found, int) and abs(found) < 2**63)
        else _double(found)
    )
    if not _finite(number):
        raise DecodeError(f"expected a finite number as {label}, got {str(found)[:40]}")
    return number


def _double(number: Decimal | int) -> float:
    """SenML's numbers are those of IEEE 754 (RFC 8428, 5)."""
    try:
        return float(number)
    except OverflowError:
        return float("inf")


def _finite(number: float) -> bool:
    return isinstance(number, int) or isfinite(number)
