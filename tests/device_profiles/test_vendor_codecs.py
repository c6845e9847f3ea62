"""Our profiles say the same as the vendors' own decoders, frame by frame, where a checkout of these is at hand."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from device_profiles import DecodeError, Reading, load_shelf
from device_profiles.javascript import Entry, Runner, Script
from tests.device_profiles.mutants import Frame, frames_near
from tests.device_profiles.vendor_milesight import MILESIGHT
from tests.device_profiles.vendor_others import OTHERS
from tests.device_profiles.vendor_table import Decoders, Meaning
from wire import DeviceId, Observation, TimeTrust

_SHELF = load_shelf()
_DEVICE: Final = DeviceId("d")
_NOW_MS: Final = 1_700_000_000_000
_FRAMES: Final = int(os.environ.get("LILONG_CODEC_FRAMES", "400"))
"""So many frames of each decoder; more find more."""
_INSIDE: Final = {"ttn": "vendor", "chirpstack": "vendors", "milesight": ""}
_ALL: Final = [(one, file) for one in (*MILESIGHT, *OTHERS) for file in one.files]

Leaf = bool | float | str


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    made = Runner(patience_s=30.0)
    yield made
    made.close()


@pytest.mark.parametrize(("decoders", "file"), _ALL, ids=[f"{one.profile}-{file}" for one, file in _ALL])
def test_our_facts_are_the_vendors(runner: Runner, decoders: Decoders, file: str) -> None:
    script = Script(_checkout(file, decoders.marks))
    compared, wrong = 0, []
    for frame in frames_near(decoders.profile, _FRAMES):
        ours, theirs = _ours(decoders.profile, frame), _theirs(runner, script, frame)
        for path, meaning, value, at_ms in _facts(theirs, decoders.fields):
            told = [_number(one.value) for one in ours if _is_about(one, meaning, at_ms)]
            if not told or not _comparable(meaning, told, value):
                continue
            compared += 1
            if not any(_same(one, value, meaning.scale) for one in told):
                wrong.append(f"port {frame[0]}, {frame[1].hex()}: {path} {value}, ours {told}")
    assert wrong[:5] == []
    assert compared > 0


def _checkout(file: str, marks: str) -> Path:
    root = os.environ.get("LILONG_CODECS")
    if root is None:
        pytest.skip("no checkout of the vendors' codecs; set LILONG_CODECS to have them")
    repository, path = file.split(": ")
    places = sorted((*Path(root).glob(f"{repository}*"), *Path(root).glob(f"codecs/{repository}*")))
    found = [place / _INSIDE[repository] / path for place in places]
    there = [one for one in found if one.is_file() and marks in one.read_text(encoding="utf-8")]
    if not there:
        pytest.skip(f"{path} for this firmware is in no checkout {repository}* of LILONG_CODECS")
    return there[0]


def _ours(key: str, frame: Frame) -> list[Observation]:
    port, payload = frame
    reading = Reading(device=_DEVICE, payload=payload, received_ms=_NOW_MS, trust=TimeTrust.SYNCED, port=port)
    try:
        return list(_SHELF.profile(key).decode(reading))
    except DecodeError:
        return []


def _theirs(runner: Runner, script: Script, frame: Frame) -> object:
    """Return what the vendor's decoder makes of a frame; nothing where it refuses."""
    port, payload = frame
    given = {"bytes": list(payload), "fPort": port or 1, "recvTime": True, "variables": {}}
    try:
        answer = runner.run(script, Entry.UPLINK, given, _NOW_MS)
    except DecodeError:
        return None
    return None if answer.get("errors") else answer.get("data")


def _facts(
    told: object, fields: Mapping[str, Meaning], at_ms: int | None = None
) -> Iterator[tuple[str, Meaning, float | str, int | None]]:
    """Give each field of the vendor that has a meaning to us, with its time where the frame has a history too."""
    if isinstance(told, dict) and isinstance(told.get("history"), list):
        at_ms = _NOW_MS
        for turn in told["history"]:
            if isinstance(turn.get("timestamp"), int):
                yield from _facts(turn, fields, turn["timestamp"] * 1000)
    for path, value in _leaves(told):
        meaning = fields.get(path)
        if meaning is not None and (said := _said(value, meaning)) is not None:
            yield path, meaning, said, at_ms


def _leaves(told: object, above: str = "") -> Iterator[tuple[str, Leaf]]:
    if isinstance(told, dict | list):
        pairs = told.items() if isinstance(told, dict) else enumerate(told)
        for name, value in pairs:
            yield from _leaves(value, f"{above}.{name}" if above else str(name))
    elif isinstance(told, bool | int | float | str):
        yield above, told


def _said(value: Leaf, meaning: Meaning) -> float | str | None:
    """Return the number that a vendor means, or its word; nothing for a word that has no meaning to us."""
    if not isinstance(value, str):
        return float(value)
    if value in meaning.words:
        return meaning.words[value]
    number = value.removesuffix("(low battery)")
    try:
        return float(number)
    except ValueError:
        return None


def _is_about(one: Observation, meaning: Meaning, at_ms: int | None) -> bool:
    device = f"{_DEVICE}/{meaning.part}" if meaning.part else _DEVICE
    return one.device == device and one.property == meaning.property and at_ms in (None, one.at_ms)


def _comparable(meaning: Meaning, told: list[float | str], value: float | str) -> bool:
    """Say whether the vendor's decoder is to be believed here."""
    if isinstance(value, str):
        return True
    inside = meaning.theirs[0] <= value <= meaning.theirs[1]
    return inside and all(
        meaning.ours[0] <= one <= meaning.ours[1] for one in told if not isinstance(one, str)
    )


def _number(value: bool | float | str) -> float | str:
    return value if isinstance(value, str) else float(value)


def _same(ours: float | str, theirs: float | str, scale: float) -> bool:
    if isinstance(ours, str) or isinstance(theirs, str):
        return ours == theirs
    return (
        abs(ours * scale - theirs) <= 0.0051 * min(scale, 1) + abs(theirs) * 1e-9
    )  # many round to two places
