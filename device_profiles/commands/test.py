"""`lilong profile test`: does a profile keep its tests, stand noise, and understand what was heard in the field?"""

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from device_profiles.commands.words import complain, say, tell
from device_profiles.declared import failing
from device_profiles.errors import DecodeError
from device_profiles.folder import Loaded, load_folder
from device_profiles.noise import unforeseen
from device_profiles.profile import Codec
from device_profiles.quality import golden_of
from device_profiles.reading import Reading
from device_profiles.recording import read_recording


class Field(Struct, frozen=True, kw_only=True):
    """What became of a recording: readings understood, refused by reason, and the longest silence in seconds."""

    readings: int
    understood: int
    refused: dict[str, int]
    longest_silence_s: float


class Tested(Struct, frozen=True, kw_only=True):
    """What a test of a profile found; `problems` is empty where it keeps everything that it promises."""

    key: str
    readings: int
    problems: list[str]
    field: Field | None = None


def test(options: argparse.Namespace, language: str) -> int:
    """Test a folder, with a recording where one is given; return 1 if something is wrong."""
    one = load_folder(options.folder)
    golden = golden_of(one.folder)
    problems = [
        f"golden/{name}.toml: {problem}"
        for name, trial in golden.items()
        if (problem := failing(trial, one.profile.decode))
    ]
    noise = unforeseen(one)
    tested = Tested(
        key=one.profile.key,
        readings=len(golden) + len(one.document.tests),
        problems=problems + [noise] * bool(noise),
        field=_field(options.recording, options.device, one) if options.recording else None,
    )
    tell(msgspec.json.encode(tested).decode() if options.json else _lines(tested, one, language))
    for problem in tested.problems:
        complain(problem)
    heard = tested.field
    if heard is not None and not heard.readings:
        complain(say("nothing_heard", language, device=options.device, file=options.recording))
    bad = heard is not None and (heard.refused or not heard.readings)
    return 1 if tested.problems or bad else 0


def _field(path: Path, device: str, one: Loaded) -> Field:
    readings = read_recording(path, device)
    refusals = [reason for reading in readings if (reason := _refusal(reading, one.profile.decode))]
    return Field(
        readings=len(readings),
        understood=len(readings) - len(refusals),
        refused=dict(Counter(refusals).most_common()),
        longest_silence_s=_longest_silence_s(readings),
    )


def _refusal(reading: Reading, decode: Codec) -> str:
    try:
        decode(reading)
    except DecodeError as error:
        return str(error)
    return ""


def _longest_silence_s(readings: Sequence[Reading]) -> float:
    """Return the longest time that one device of a recording was silent between two words."""
    heard: dict[str, int] = {}
    longest = 0
    for reading in readings:
        longest = max(longest, reading.received_ms - heard.get(reading.device, reading.received_ms))
        heard[reading.device] = reading.received_ms
    return longest / 1000


def _lines(tested: Tested, one: Loaded, language: str) -> str:
    lines = [say("tested", language, key=tested.key, count=tested.readings, wrong=len(tested.problems))]
    if tested.field is not None:
        found = tested.field
        lines.append(say("in_field", language, readings=found.readings, understood=found.understood))
        lines += [
            say("field_refused", language, count=count, reason=reason)
            for reason, count in found.refused.items()
        ]
        lines.append(
            say(
                "field_silence",
                language,
                longest=found.longest_silence_s,
                heartbeat=one.profile.heartbeat_s,
                limit=one.profile.silent_after_s,
            )
        )
    return "\n".join(lines)
