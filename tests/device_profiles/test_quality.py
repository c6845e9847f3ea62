"""The quality scale: what is claimed is counted, and a level needs every rule below it."""

import json
from pathlib import Path

import pytest

from device_profiles import ProfileError
from device_profiles.claims import graded
from device_profiles.folder import load_folder
from device_profiles.quality import RULES, Level, golden_of, read_quality

_PROFILE = """
key = "leak_acme_w1"
title = { zh = "水浸", en = "leak" }
heartbeat_s = 3600
silent_after_s = 9000
sources = ["bench"]
provisioning = { zh = ["按住按钮"], en = ["press the button"] }
limits = { zh = ["不防冻"], en = ["does not stand frost"] }
tests = [{ port = 1, hex = "01", gives = { "device.battery_low" = true } }]
[[frame]]
name = "state"
port = 1
field = [{ bit = 0, property = "device.battery_low" }]
"""
_BY = {"simulator": "wire/catalogue.py", "field_capture": "day.jsonl", "accuracy": "300 of 300 leaks by hand"}


def _quality(folder: Path, **others: str) -> Path:
    """Write a quality.toml in which every rule is done but those given as TOML."""
    lines = []
    for level, rules in RULES.items():
        lines.append(f"[{level}]")
        for rule in rules:
            done = f'{{ by = "{_BY[rule]}" }}' if rule in _BY else '"done"'
            lines.append(f"{rule} = {others.get(rule, done)}")
    (folder / "quality.toml").write_text("\n".join(lines), encoding="utf-8")
    return folder


def _golden(folder: Path, good: int = 3, refused: int = 1) -> None:
    (folder / "golden").mkdir(exist_ok=True)
    for number in range(good + refused):
        wish = 'refused = "port 1"' if number >= good else 'gives = { "device.battery_low" = true }'
        port = 1 if number < good else 2
        (folder / "golden" / f"{number}.toml").write_text(
            f'source = "made"\nport = {port}\nhex = "01"\n{wish}\n'
        )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A profile's folder in which everything that can be claimed is so."""
    place = tmp_path / "leak_acme_w1"
    place.mkdir()
    (place / "profile.toml").write_text(_PROFILE, encoding="utf-8")
    _golden(place)
    _capture(place, 24)
    return _quality(place)


def _capture(folder: Path, hours: int, payload: str = "01") -> None:
    lines = [
        json.dumps({"received_ms": hour * 3_600_000, "device": "w1", "hex": payload, "port": 1})
        for hour in range(hours + 1)
    ]
    (folder / "day.jsonl").write_text("\n".join(lines), encoding="utf-8")


def _level(folder: Path) -> Level:
    return graded(load_folder(folder)).level


def test_levels_build_on_each_other(folder: Path) -> None:
    assert _level(folder) is Level.GOLD
    assert _level(_quality(folder, firmwares='"todo"')) is Level.SILVER
    assert _level(_quality(folder, every_frame='{ todo = "frame 7" }')) is Level.BRONZE
    assert _level(_quality(folder, battery='{ exempt = "mains" }')) is Level.GOLD
    assert _level(_quality(folder, cadence='"todo"')) is Level.NONE


@pytest.mark.parametrize(("good", "refused"), [(2, 1), (3, 0)])
def test_golden_readings_are_counted(folder: Path, good: int, refused: int) -> None:
    for path in (folder / "golden").iterdir():
        path.unlink()
    _golden(folder, good, refused)
    with pytest.raises(ProfileError, match=f"expected 3 good and 1 refused, got {good} and {refused}"):
        graded(load_folder(folder))


@pytest.mark.parametrize(
    ("remove", "words"),
    [
        ("provisioning = ", "key provisioning: expected the steps"),
        ("limits = ", "key limits: expected them"),
    ],
)
def test_what_profile_toml_must_say_is_looked_for(folder: Path, remove: str, words: str) -> None:
    text = "\n".join(line for line in _PROFILE.splitlines() if not line.startswith(remove))
    (folder / "profile.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError, match=words):
        graded(load_folder(folder))


@pytest.mark.parametrize(
    ("rule", "claim", "words"),
    [
        ("simulator", '"done"', "file of the simulator"),
        ("simulator", '{ by = "none.py" }', "got 'none.py'"),
        ("field_capture", '"done"', "a recording in the profile's folder"),
        ("accuracy", '"done"', "what was counted"),
    ],
)
def test_a_claim_that_must_be_shown_is_not_taken_on_trust(
    folder: Path, rule: str, claim: str, words: str
) -> None:
    with pytest.raises(ProfileError, match=words):
        graded(load_folder(_quality(folder, **{rule: claim})))


def test_a_day_is_a_day_and_all_of_it_is_understood(folder: Path) -> None:
    _capture(folder, 5)
    with pytest.raises(ProfileError, match=r"expected a recording of a day, got 5\.0 h"):
        graded(load_folder(folder))
    _capture(folder, 24, payload="0101")
    with pytest.raises(ProfileError, match=r"day\.jsonl, line 1: expected state"):
        graded(load_folder(folder))


def test_a_battery_that_no_golden_reading_shows(folder: Path) -> None:
    text = _PROFILE.replace("device.battery_low", "water.leak")
    (folder / "profile.toml").write_text(text, encoding="utf-8")
    for path in (folder / "golden").iterdir():
        path.write_text(path.read_text().replace("device.battery_low", "water.leak"))
    with pytest.raises(ProfileError, match="key battery: expected a golden reading"):
        graded(load_folder(folder))


def test_a_codec_that_noise_breaks(folder: Path) -> None:
    head = _PROFILE.partition("[[frame]]")[0]
    (folder / "profile.toml").write_text(head, encoding="utf-8")
    (folder / "codec.py").write_text(
        '''"""Breaks on long frames."""

from device_profiles import DecodeError, Reading
from wire import Observation, PropertyName


def decode(reading):
    """Return the battery."""
    if reading.port != 1:
        raise DecodeError("expected port 1")
    if len(reading.payload) > 20:
        raise RuntimeError("no room")
    name = PropertyName("device.battery_low")
    return [Observation(device=reading.device, property=name, value=1, at_ms=0)]
''',
        encoding="utf-8",
    )
    with pytest.raises(ProfileError, match=r"key fuzzed: port 1, .*RuntimeError: no room"):
        graded(load_folder(folder))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('cadence = "done"\n', ""), "table bronze: expected the rules sources, golden, cadence"),
        (('cadence = "done"', 'cadence = "maybe"'), "table bronze, key cadence: expected done, todo"),
        (('cadence = "done"', "cadence = {}"), "key cadence"),
        (('cadence = "done"', 'cadence = { exempt = "a", todo = "b" }'), "key cadence"),
        (('cadence = "done"', "cadence = 3"), "quality.toml: "),
    ],
)
def test_mistakes(folder: Path, change: tuple[str, str], words: str) -> None:
    path = folder / "quality.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with pytest.raises(ProfileError, match=words):
        read_quality(folder)


def test_a_golden_reading_names_its_source(tmp_path: Path) -> None:
    (tmp_path / "golden").mkdir()
    (tmp_path / "golden" / "one.toml").write_text('hex = "01"\ngives = { "device.fault" = 1 }\n')
    with pytest.raises(ProfileError, match="key source"):
        golden_of(tmp_path)
