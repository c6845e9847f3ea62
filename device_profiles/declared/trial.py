"""Runs a profile's own tests: the readings that it must understand, and those that it must refuse."""

from collections.abc import Sequence

from device_profiles.declared.document import Constant, Row, Trial
from device_profiles.errors import DecodeError
from device_profiles.profile import Codec
from device_profiles.reading import Format, Key, Reading
from wire import DeviceId, Observation, TimeTrust

TRIED = DeviceId("0011223344556677")
"""The device of a test's reading."""
TRIED_MS = 1_700_000_000_000
"""The time at which a test's reading came."""


def trial_reading(trial: Trial) -> Reading:
    """Return the reading of a test.

    Raises:
        ValueError: the hexadecimal digits or the format are none.
    """
    payload = bytes.fromhex(trial.hex) if trial.hex else trial.text.encode()
    return Reading(
        device=TRIED,
        payload=payload,
        received_ms=TRIED_MS,
        trust=TimeTrust.SYNCED,
        port=trial.port,
        path=trial.path,
        format=Format(trial.format),
        key=Key(bytes.fromhex(trial.key)) if trial.key else None,
    )


def failing(trial: Trial, codec: Codec) -> str:
    """Return what is wrong with a test, or nothing where the codec passes it."""
    try:
        reading = trial_reading(trial)
    except ValueError as error:
        return f"expected hexadecimal digits and a known format ({error})"
    if not (trial.gives or trial.rows or trial.refused):
        return "expected gives, rows or refused"
    try:
        rows = codec(reading)
    except DecodeError as error:
        if trial.refused and trial.refused in str(error):
            return ""
        return f"expected {trial.refused or _expected(trial)}, got the error {error}"
    if trial.refused:
        return f"expected an error with {trial.refused!r}, got {_shown(rows)}"
    return "" if _same(trial, rows) else f"expected {_expected(trial)}, got {_shown(rows)}"


def _same(trial: Trial, rows: Sequence[Observation]) -> bool:
    wanted = trial.rows or tuple(Row(property=name, value=value) for name, value in trial.gives.items())
    left = list(rows)
    for row in wanted:
        match = next((one for one in left if _is(row, one)), None)
        if match is None:
            return False
        left.remove(match)
    return not left


def _is(row: Row, one: Observation) -> bool:
    return (
        one.property == row.property
        and _equal(one.value, row.value)
        and row.device in (None, one.device)
        and row.at_ms in (None, one.at_ms)
    )


def _equal(value: float | str, wanted: Constant) -> bool:
    return value == wanted and isinstance(value, str) == isinstance(wanted, str)


def _expected(trial: Trial) -> str:
    if trial.rows:
        return ", ".join(f"{row.property}={row.value!r}" for row in trial.rows)
    return ", ".join(f"{name}={value!r}" for name, value in trial.gives.items())


def _shown(rows: Sequence[Observation]) -> str:
    return ", ".join(f"{row.property}={row.value!r}" for row in rows) or "nothing"
