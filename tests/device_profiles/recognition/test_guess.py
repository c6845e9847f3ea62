"""Unknown bytes: the right profile is among the likeliest, and luck is not taken for evidence."""

import json
import re
from collections.abc import Sequence

import pytest

from device_profiles import DecodeError, Profile, Reading, load_shelf
from device_profiles.commands import main
from device_profiles.declared.trial import trial_reading
from device_profiles.quality import golden_of
from device_profiles.recognition import guess
from device_profiles.recognition.plausible import odd_one
from device_profiles.shelf import load_folders
from tests.device_profiles.made import reading
from wire import DeviceId, Observation, PropertyName, Words

SHELF = load_shelf()
ALL = [SHELF.profile(key) for key in SHELF.keys()]  # noqa: SIM118  # a shelf is no mapping


def _profile(key: str, *, first: int | None, battery: float = 3.6) -> Profile:
    def decode(heard: Reading, /) -> Sequence[Observation]:
        if first is not None and heard.payload[:1] != bytes([first]):
            raise DecodeError("another first byte")
        return [
            Observation(
                device=heard.device, property=PropertyName("device.battery_v"), value=battery, at_ms=0
            )
        ]

    return Profile(key=key, title=Words(zh="", en=key), heartbeat_s=1, silent_after_s=2, decode=decode)


def test_a_profile_that_takes_everything_says_nothing() -> None:
    frames = [reading(b"\x07\x01"), reading(b"\x07\x02")]
    found = guess(frames, [_profile("any", first=None), _profile("seven", first=7)])
    assert [one.key for one in found] == ["seven"]
    assert found[0].bits > 4


def test_what_refuses_some_frames_comes_behind_what_takes_all() -> None:
    def decode(heard: Reading, /) -> Sequence[Observation]:
        if heard.payload[0] not in (7, 8):
            raise DecodeError("another first byte")
        return _profile("", first=None).decode(heard)

    both = Profile(key="both", title=Words(zh="", en=""), heartbeat_s=1, silent_after_s=2, decode=decode)
    found = guess([reading(b"\x07"), reading(b"\x08")], [_profile("seven", first=7), both])
    assert found[0].key == "both"
    assert (found[0].understood, found[0].frames) == (2, 2)


def test_values_that_no_device_sends_count_against() -> None:
    sane, mad = _profile("sane", first=7), _profile("mad", first=7, battery=412.0)
    found = guess([reading(b"\x07")], [mad, sane])
    assert found[0].key == "sane"
    assert all(one.odd for one in found if one.key == "mad")


def test_a_vendors_codec_must_understand_the_newest_frame() -> None:
    asked: list[bytes] = []

    def decode(heard: Reading, /) -> Sequence[Observation]:
        asked.append(heard.payload)
        return _profile("", first=7).decode(heard)

    slow = Profile(
        key="slow", title=Words(zh="", en=""), heartbeat_s=1, silent_after_s=2, decode=decode, slow=True
    )
    assert guess([reading(b"\x07"), reading(b"\x08")], [slow]) == []
    assert asked == [b"\x08"]
    assert [one.key for one in guess([reading(b"\x07\x01"), reading(b"\x07\x02")], [slow])] == ["slow"]
    assert guess([], [slow]) == []


def test_a_name_helps() -> None:
    twins = [_profile("door_acme_d1", first=7), _profile("leak_acme_w9", first=7)]
    assert guess([reading(b"\x07")], twins, called="ACME-W9 leak sensor")[0].key == "leak_acme_w9"


def test_nothing_is_guessed_from_nothing() -> None:
    assert guess([], ALL) == []


@pytest.mark.parametrize(
    ("name", "value", "odd"),
    [
        ("air.temperature", 21, False),
        ("air.temperature", 412, True),
        ("device.battery_percent", 101, True),
        ("device.firmware", "1.0", False),
        ("meter.pulses", 10**9, False),
    ],
)
def test_odd_values(name: str, value: float | str, odd: bool) -> None:
    row = Observation(device=DeviceId("a"), property=PropertyName(name), value=value, at_ms=0)
    assert odd_one(row) is odd


def test_the_right_profile_is_among_three_for_most_devices() -> None:
    """Each shipped profile's good golden readings, without its name, are given as if they came from a stranger."""
    rows = []
    for one in load_folders():
        frames = [trial_reading(trial) for trial in golden_of(one.folder).values() if not trial.refused]
        found = [named.key.partition("@")[0] for named in guess(frames, ALL)]
        rows.append((one.profile.key.partition("@")[0] in found, one.profile.key))
    missed = sorted(key for hit, key in rows if not hit)
    assert len(missed) <= len(rows) // 10, missed


def test_the_command_shows_the_likeliest_with_a_preview(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["guess", "--lang", "en", "--port", "1", "--called", "Nwave NPS310", "01", "00"]) == 0
    said = capsys.readouterr().out
    assert re.match(r"1\. parking_nwave_nps310@1\.13 .*\n +understands 2 of 2 frames", said)
    assert "parking.occupied  0" in said


def test_the_command_speaks_json_and_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["guess", "--json", "--port", "1", "--called", "NPS310", "01"]) == 0
    assert json.loads(capsys.readouterr().out)["guesses"][0]["key"] == "parking_nwave_nps310@1.13"
    assert main(["guess", "--lang", "zh", "--port", "223", "00112233445566778899aabbccddeeff0011"]) == 1
    assert "没有已知设备" in capsys.readouterr().err
    assert main(["guess", "xyz"]) == 2
