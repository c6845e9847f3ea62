"""`lilong profile record`: turns what a device said in the field into golden readings of its profile."""

import argparse
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from device_profiles.commands.words import complain, say, tell
from device_profiles.errors import DecodeError, ProfileError
from device_profiles.folder import load_folder
from device_profiles.profile import Codec
from device_profiles.reading import Format, Reading
from device_profiles.recording import read_recording
from wire import Form, Observation, property_named


def record(options: argparse.Namespace, language: str) -> int:
    """Write a golden file for each kind of frame in the recording that has none; a person reads them over.

    Returns 1 if the recording has nothing of the device.
    """
    one = load_folder(options.folder)
    if one.profile.private:
        raise ProfileError(f"{options.folder}: what this device sends is private and is not kept")
    readings = read_recording(options.recording, options.device)
    if not readings:
        complain(say("nothing_heard", language, device=options.device, file=options.recording))
        return 1
    golden = one.folder / "golden"
    golden.mkdir(exist_ok=True)
    kinds: set[tuple[object, ...]] = set()
    for reading in readings:
        said = _said(reading, one.profile.decode)
        kind = _kind(reading, said)
        if kind in kinds or len(kinds) >= options.most:
            continue
        kinds.add(kind)
        _write(golden, reading, said, options.source, language)
    return 0


def _said(reading: Reading, decode: Codec) -> Sequence[Observation] | str:
    """Return what a reading means, or the words of its refusal."""
    try:
        return decode(reading)
    except DecodeError as error:
        return str(error)


def _kind(reading: Reading, said: Sequence[Observation] | str) -> tuple[object, ...]:
    """Return what makes two frames of one kind: the same port and the same states, whatever their numbers."""
    if isinstance(said, str):
        return (reading.port, said)
    return (reading.port, *((row.property, row.value if _is_state(row) else None) for row in said))


def _is_state(row: Observation) -> bool:
    return isinstance(row.value, str) or row.value in (0, 1)


def _write(
    golden: Path, reading: Reading, said: Sequence[Observation] | str, source: str, language: str
) -> None:
    number = sum(1 for _ in golden.glob("recorded_*.toml")) + 1
    path = golden / f"recorded_{number}{'_refused' if isinstance(said, str) else ''}.toml"
    path.write_text(_golden(reading, said, source), encoding="utf-8")
    tell(say("recorded", language, file=path))


def _golden(reading: Reading, said: Sequence[Observation] | str, source: str) -> str:
    day = datetime.fromtimestamp(reading.received_ms / 1000, UTC).date()
    lines = [f"source = {_text(f'{source}, {day}')}"]
    if reading.port is not None:
        lines.append(f"port = {reading.port}")
    if reading.format is not Format.BYTES:
        lines.append(f"format = {_text(reading.format)}")
    lines.append(f"hex = {_text(reading.payload.hex())}")
    if isinstance(said, str):
        return "\n".join([*lines, f"refused = {_text(said)}", ""])
    if len({row.property for row in said}) == len(said):
        return "\n".join([*lines, "", "[gives]", *(f'"{row.property}" = {_value(row)}' for row in said), ""])
    rows = [f"  {{ property = {_text(row.property)}, value = {_value(row)} }}," for row in said]
    return "\n".join([*lines, "rows = [", *rows, "]", ""])


def _value(row: Observation) -> str:
    if property_named(row.property).form is Form.TRUTH:
        return "true" if row.value else "false"
    return _text(row.value) if isinstance(row.value, str) else repr(row.value)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
