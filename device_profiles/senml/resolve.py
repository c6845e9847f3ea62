"""Resolves the records of a SenML pack: base fields joined in, every rule of RFC 8428 that a receiver checks."""

import binascii
import re
from collections.abc import Sequence
from decimal import Decimal
from math import isfinite

from msgspec import Struct

from device_profiles.errors import DecodeError
from device_profiles.senml.pack import Labelled

VERSION = 10
"""The version of SenML that RFC 8428 describes."""
# A name starts with a letter or digit (RFC 8428, 4.5.1); LwM2M writes its paths with a slash before them.
_NAME = re.compile(r"(?:[A-Za-z0-9]|/(?=[0-9]))[A-Za-z0-9\-:./_]*")
_BASE = frozenset({"bver", "bn", "bt", "bu", "bv", "bs"})
_VALUES = ("v", "vs", "vb", "vd")
_LONGEST_NAME = 255


class Record(Struct, frozen=True, kw_only=True):
    """One resolved record: full name, unit, seconds (none where the pack says no time), value or sum."""

    name: str
    unit: str = ""
    seconds: float | None = None
    value: bool | int | float | str | bytes | None = None
    sum: int | float | None = None


class _Base(Struct):
    name: str = ""
    seconds: int | float | None = None
    unit: str = ""
    value: int | float | None = None
    sum: int | float | None = None
    version: int | None = None


def resolve(pack: Sequence[Labelled]) -> list[Record]:
    """Return the pack's records with their base fields joined in.

    Raises:
        DecodeError: a record breaks a rule of RFC 8428; says which record and which rule.
    """
    base = _Base()
    records = []
    for number, labelled in enumerate(pack, 1):
        try:
            _take_base(base, labelled)
            if not (labelled.keys() <= _BASE and labelled.keys() and base.value is None and base.sum is None):
                records.append(_record(base, labelled))
        except DecodeError as error:
            raise DecodeError(f"SenML record {number}: {error}") from error
    return records


def _take_base(base: _Base, labelled: Labelled) -> None:
    strange = sorted(label for label in labelled if label.endswith("_"))
    if strange:
        raise DecodeError(f"expected no field that must be understood but is not, got {strange[0]!r}")
    if "bver" in labelled:
        base.version = _version(labelled["bver"], base.version)
    base.name = _text(labelled, "bn", base.name)
    base.unit = _text(labelled, "bu", base.unit)
    base.seconds = _number(labelled, "bt", base.seconds)
    base.value = _number(labelled, "bv", base.value)
    base.sum = _number(labelled, "bs", base.sum)


def _version(found: object, before: int | None) -> int:
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise DecodeError(f"expected a whole number as bver, got {found!r}")
    if found > VERSION:
        raise DecodeError(f"expected SenML up to version {VERSION}, got {found}")
    if before is not None and found != before:
        raise DecodeError(f"expected one version in a pack, got {before} and {found}")
    return found


def _record(base: _Base, labelled: Labelled) -> Record:
    name = base.name + _text(labelled, "n", "")
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        raise DecodeError(
            f"expected a name of 1 to {_LONGEST_NAME} letters, digits and - : . / _ , got {name[:300]!r}"
        )
    seconds = _number(labelled, "t", None)
    if seconds is not None or base.seconds is not None:
        seconds = (base.seconds or 0) + (seconds or 0)
    _number(labelled, "ut", None)
    total = _number(labelled, "s", None)
    if total is not None or base.sum is not None:
        total = (base.sum or 0) + (total or 0)
    value = _value(base, labelled)
    if value is None and total is None:
        raise DecodeError(f"expected a value or a sum for {name!r}, got none")
    return Record(
        name=name,
        unit=_text(labelled, "u", base.unit),
        seconds=None if seconds is None else float(seconds),
        value=value,
        sum=total,
    )


def _value(base: _Base, labelled: Labelled) -> bool | int | float | str | bytes | None:
    given = [label for label in _VALUES if label in labelled]
    if len(given) > 1:
        raise DecodeError(f"expected one value, got {' and '.join(given)}")
    if not given or given == ["v"]:
        number = _number(labelled, "v", None)
        return number if base.value is None else base.value + (number or 0)
    found = labelled[given[0]]
    if given == ["vb"] and isinstance(found, bool):
        return found
    if given == ["vs"] and isinstance(found, str):
        return found
    if given == ["vd"]:
        return _opaque(found)
    raise DecodeError(f"expected {'a truth' if given == ['vb'] else 'a text'} as {given[0]}, got {found!r}")


def _opaque(found: object) -> bytes:
    """Bytes are base64url without padding in JSON (RFC 8428, 5) and byte strings in CBOR."""
    if isinstance(found, bytes):
        return found
    if not isinstance(found, str):
        raise DecodeError(f"expected base64url as vd, got {found!r}")
    text = found.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return binascii.a2b_base64(text + "=" * (-len(text) % 4), strict_mode=True)
    except ValueError as error:
        raise DecodeError(f"expected base64url as vd, got {found[:40]!r}") from error


def _text(labelled: Labelled, label: str, default: str) -> str:
    found = labelled.get(label, default)
    if not isinstance(found, str):
        raise DecodeError(f"expected a text as {label}, got {found!r}")
    return found


def _number(labelled: Labelled, label: str, default: float | None) -> int | float | None:
    if label not in labelled:
        return default
    found = labelled[label]
    if isinstance(found, Decimal):
        found = float(found)
    if isinstance(found, bool) or not isinstance(found, int | float) or not _sane(found):
        raise DecodeError(f"expected a finite number as {label}, got {str(found)[:40]}")
    return found


def _sane(number: float) -> bool:
    return abs(number) < 2**63 if isinstance(number, int) else isfinite(number)
