"""Runs the rows of a vector file and counts what agreed, was rightly refused, went wrong, crashed or was skipped."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from statistics import fmean, median
from typing import Final, cast

from msgspec import Struct

from device_profiles.conformance import forms
from device_profiles.conformance.vector import Form, Mismatch, Row, Setting, SkippedError, Vector
from device_profiles.errors import DecodeError, ProfileError

_ROUNDS: Final = 5


class Wrong(Struct, frozen=True, kw_only=True):
    """A row that went wrong or crashed, with what was expected and what came."""

    id: str
    expected: object
    came: object


class Count(Struct, frozen=True, kw_only=True):
    """What became of a file's rows; `refused` are invalid rows rightly refused.

    `us_per_decode` is the mean over the decoded rows of the median of five decodes each, in microseconds.
    """

    rows: int
    agreed: int
    refused: int
    wrong: int
    crashed: int
    skipped: int
    us_per_decode: float
    went_wrong: Sequence[Wrong]
    skipped_because: dict[str, int]


class _Fate(Struct, frozen=True, kw_only=True):
    name: str
    wrong: Wrong | None = None
    reason: str = ""
    us: float | None = None


def run_vectors(path: Path, setting: Setting) -> Count:
    """Put every row of a JSON-lines file to its test.

    Raises:
        ProfileError: the file cannot be read, or a line is no JSON object.
    """
    known = _forms()
    fates = [_fate(row, known, setting) for row in _rows(path)]
    times = [fate.us for fate in fates if fate.us is not None]
    reasons = [fate.reason for fate in fates if fate.reason]
    names = [fate.name for fate in fates]
    return Count(
        rows=len(fates),
        agreed=names.count("agreed"),
        refused=names.count("refused"),
        wrong=names.count("wrong"),
        crashed=names.count("crashed"),
        skipped=names.count("skipped"),
        us_per_decode=round(fmean(times), 2) if times else 0.0,
        went_wrong=[fate.wrong for fate in fates if fate.wrong],
        skipped_because={reason: reasons.count(reason) for reason in dict.fromkeys(reasons)},
    )


def _forms() -> list[Form]:
    names = [module.name for module in iter_modules(forms.__path__)]
    return [cast(Form, import_module(f"{forms.__name__}.{name}")) for name in names]


def _rows(path: Path) -> Iterator[Row]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path}: {error}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise ProfileError(f"{path}, line {number}: expected a JSON object: {error}") from error
        if not isinstance(row, dict):
            raise ProfileError(f"{path}, line {number}: expected a JSON object, got {type(row).__name__}")
        yield row


def _fate(row: Row, known: Iterable[Form], setting: Setting) -> _Fate:
    name = str(row.get("id", ""))
    form = next((form for form in known if form.fits(row)), None)
    if form is None:
        return _Fate(name="skipped", reason="no decoder knows rows of this shape")
    try:
        return _judged(name, form.vector(row, setting))
    except SkippedError as error:
        return _Fate(name="skipped", reason=str(error))
    except Exception as error:  # noqa: BLE001  # a crash is one of the results that are counted
        return _Fate(name="crashed", wrong=_crash(name, row, error))


def _judged(name: str, vector: Vector) -> _Fate:
    try:
        came = vector.decode()
    except DecodeError as error:
        if vector.invalid or vector.may_refuse:
            return _Fate(name="refused")
        return _Fate(name="wrong", wrong=Wrong(id=name, expected="a decoded frame", came=f"refused: {error}"))
    if vector.invalid:
        return _Fate(name="wrong", wrong=Wrong(id=name, expected="a refusal", came=_shown(came)))
    problem: Mismatch | None = vector.compare(came)
    us = _timed(vector.decode)
    if problem is None:
        return _Fate(name="agreed", us=us)
    return _Fate(name="wrong", us=us, wrong=Wrong(id=name, expected=problem.expected, came=problem.came))


def _timed(decode: Callable[[], object]) -> float:
    took = []
    for _ in range(_ROUNDS):
        before = time.perf_counter_ns()
        decode()
        took.append((time.perf_counter_ns() - before) / 1000)
    return median(took)


def _crash(name: str, row: Row, error: Exception) -> Wrong:
    return Wrong(id=name, expected=row.get("expected"), came=f"{type(error).__name__}: {error}")


def _shown(came: object) -> str:
    return repr(came)[:400]
