"""Devices of one maker share frames and tags; a profile says only what is its own."""

from pathlib import Path

import pytest

from device_profiles import ProfileError, load_shelf
from tests.device_profiles.made import reading

_FAMILY = """
sources = ["the maker's manual"]
[[frame]]
name = "channels"
length = [2, 50]
[frame.tlv]
length_width = 0
[[frame]]
name = "alive"
length = 1
set = { "device.heartbeat" = true }
[tags]
every = [{ tag = 1, field = [{ property = "device.battery_percent" }] }]
climate = [
  { tag = 2, field = [{ property = "air.temperature" }] },
  { tag = 3, field = [{ property = "air.humidity" }] },
]
"""
_PROFILE = """
key = "made_sensor"
title = { zh = "测试", en = "made" }
heartbeat_s = 60
silent_after_s = 120
sources = ["this test"]
tests = [{ hex = "0105", gives = { "device.battery_percent" = 5 } }]
"""
_OURS = """
family = "maker"
uses = ["climate"]
[[tag]]
tag = 3
field = [{ property = "water.leak", enum = { 0 = false, 1 = true } }]
[[frame]]
name = "own"
length = 3
field = [{ kind = "skip", width = 2 }, { property = "device.fault" }]
"""


def _shelf(folder: Path, profile: str, family: str = _FAMILY) -> Path:
    (folder / "families").mkdir()
    (folder / "families" / "maker.toml").write_text(family, encoding="utf-8")
    (folder / "made_sensor").mkdir()
    (folder / "made_sensor" / "profile.toml").write_text(_PROFILE + profile, encoding="utf-8")
    return folder


def test_a_familys_frames_and_tags_stand_behind_the_profiles_own(tmp_path: Path) -> None:
    decode = load_shelf([_shelf(tmp_path, _OURS)]).profile("made_sensor").decode

    def said(payload: bytes) -> dict[str, float | int | str]:
        return {row.property: row.value for row in decode(reading(payload))}

    assert said(b"\x01\x50\x02\x15") == {"device.battery_percent": 80, "air.temperature": 21}
    assert said(b"\x03\x01") == {"water.leak": 1}  # its own meaning of the tag takes the family's place
    assert said(b"\x01\x01\x09") == {"device.fault": 9}
    assert said(b"\x00") == {"device.heartbeat": 1}


def test_the_products_families_serve_a_sites_own_profiles(tmp_path: Path) -> None:
    folder = tmp_path / "made_sensor"
    folder.mkdir()
    text = _PROFILE.replace('hex = "0105"', 'hex = "017505"') + 'family = "milesight"\n'
    (folder / "profile.toml").write_text(text, encoding="utf-8")
    assert load_shelf([folder]).profile("made_sensor").key == "made_sensor"


@pytest.mark.parametrize(
    ("profile", "family", "words"),
    [
        (
            'family = "maker"\nuses = ["noise"]',
            _FAMILY,
            "key uses: expected groups of every, climate, got noise",
        ),
        ('family = "other"', _FAMILY, "key family: expected other.toml in "),
        ('family = "../maker"', _FAMILY, "key family: expected"),
        (
            '[[frame]]\nname = "f"\nlength = 1\n[[tag]]\ntag = 1',
            _FAMILY,
            "key family: expected a family that takes",
        ),
        (
            'family = "maker"\nuses = ["climate"]',
            'sources = ["x"]\n[[frame]]\nname = "f"\nlength = 1\nset = { "device.heartbeat" = true }',
            "key tag: expected a family with tags",
        ),
        ('family = "maker"', _FAMILY.replace("name =", "nam ="), "maker.toml"),
    ],
)
def test_a_wrong_family_is_said(tmp_path: Path, profile: str, family: str, words: str) -> None:
    with pytest.raises(ProfileError, match=words):
        load_shelf([_shelf(tmp_path, profile, family)])
