"""Profiles are found in the product, in other distributions and in the site's folders."""

from pathlib import Path

import pytest

from device_profiles import Profile, ProfileError, Shelf, load_shelf
from device_profiles import shelf as shelf_module
from device_profiles.folder import Loaded, load_folder
from tests.device_profiles.made import reading
from wire import Observation, Words

_PROFILE = """
key = "KEY"
title = { zh = "测试", en = "made" }
heartbeat_s = 60
silent_after_s = 120
sources = ["this test"]
tests = [{ hex = "05", gives = { "device.fault" = 5 } }]
"""
_FRAME = '[[frame]]\nname = "f"\nfield = [{ property = "device.fault" }]\n'
_CODEC = '''"""A codec by hand."""

from device_profiles import DecodeError
from wire import Observation


def decode(reading):
    if not reading.payload:
        raise DecodeError("expected a byte, got none")
    value = 100 // (reading.payload[0] - 1) - 20
    return [Observation(device=reading.device, property="device.fault", value=value, at_ms=reading.taken_ms)]
'''


def _folder(shelf: Path, key: str, frame: str = _FRAME) -> Path:
    folder = shelf / key
    folder.mkdir(parents=True)
    (folder / "profile.toml").write_text(_PROFILE.replace("KEY", key) + frame, encoding="utf-8")
    return folder


def _never(reading: object, /) -> list[Observation]:
    raise AssertionError(reading)


def _made(key: str) -> Profile:
    return Profile(key=key, title=Words(zh="", en=""), heartbeat_s=1, silent_after_s=1, decode=_never)


def test_a_profile_by_its_key() -> None:
    shelf = Shelf({key: _made(key) for key in ("b", "a@1", "c@1", "c@2")})
    assert shelf.keys() == ("a@1", "b", "c@1", "c@2")
    assert shelf.profile("b").key == "b"
    assert shelf.profile("a").key == "a@1"
    assert shelf.profile("c@2").key == "c@2"
    with pytest.raises(ProfileError, match="expected 'c' with a version, one of: c@1, c@2"):
        shelf.profile("c")


def test_an_unknown_key_names_the_near_ones() -> None:
    with pytest.raises(ProfileError, match=r"got 'parking_bosh_tps110'; near: parking_bosch_tps110"):
        load_shelf().profile("parking_bosh_tps110")


def test_the_sites_own_folders(tmp_path: Path) -> None:
    _folder(tmp_path, "made_here")
    shelf = load_shelf([tmp_path])
    assert shelf.profile("made_here").decode(reading(b"\x07"))[0].value == 7
    assert set(shelf.keys()) > {"made_here", "parking_bosch_tps110"}
    assert load_shelf([tmp_path / "made_here"]).profile("made_here").heartbeat_s == 60


def test_shipped_profiles_are_loaded_when_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []

    def load(folder: Path) -> Loaded:
        loaded.append(folder.name)
        return load_folder(folder)

    monkeypatch.setattr(shelf_module, "load_folder", load)
    profiles = load_shelf().by_key()
    assert loaded == []
    assert "parking_bosch_tps110" in profiles
    assert profiles.get("parking_bosch") is None
    assert profiles["parking_bosch_tps110"] is profiles["parking_bosch_tps110"]
    assert loaded == ["parking_bosch_tps110"]
    assert len(profiles) == len(list(profiles)) > 50


def test_a_key_that_stands_twice(tmp_path: Path) -> None:
    _folder(tmp_path, "parking_bosch_tps110")
    with pytest.raises(ProfileError, match="each key once, got 'parking_bosch_tps110'"):
        load_shelf([tmp_path])


def test_a_folder_without_profiles(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"expected profile folders with a profile.toml, got none"):
        load_shelf([tmp_path])


@pytest.fixture
def distribution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed distribution that brings profiles by entry point."""
    package = tmp_path / "lilong_more"
    package.mkdir()
    (package / "__init__.py").write_text(
        '"""More profiles."""\n\nFOLDER = __file__.rpartition("/")[0]\nWRONG = 5\n'
    )
    info = tmp_path / "lilong_more-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: lilong-more\nVersion: 1\n")
    _folder(package, "brought_along")
    monkeypatch.syspath_prepend(str(tmp_path))
    return info / "entry_points.txt"


@pytest.mark.parametrize("what", ["lilong_more", "lilong_more:FOLDER"])
def test_entry_points(distribution: Path, what: str) -> None:
    distribution.write_text(f"[lilong.profiles]\nmore = {what}\n")
    assert load_shelf().profile("brought_along").key == "brought_along"


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("lilong_more:WRONG", "'more' of lilong.profiles: expected a path or a package, got int"),
        ("lilong_more:NONE", "'more' of lilong.profiles"),
        ("lilong_none", "'more' of lilong.profiles: No module"),
    ],
)
def test_entry_points_that_bring_nothing(distribution: Path, what: str, words: str) -> None:
    distribution.write_text(f"[lilong.profiles]\nmore = {what}\n")
    with pytest.raises(ProfileError, match=words):
        load_shelf()


def test_a_codec_by_hand(tmp_path: Path) -> None:
    folder = _folder(tmp_path, "by_hand", "")
    (folder / "codec.py").write_text(_CODEC, encoding="utf-8")
    decode = load_folder(folder).profile.decode
    assert decode(reading(b"\x02"))[0].value == 80
    with pytest.raises(Exception, match="expected a byte, got none"):
        decode(reading(b""))
    with pytest.raises(Exception, match=r"the profile's codec.py failed: ZeroDivisionError"):
        decode(reading(b"\x01"))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("def decod(reading): ...", r"codec.py: expected a function decode"),
        ("import nothing_of_this_name", r"codec.py: ModuleNotFoundError"),
        ("def decode(", r"codec.py: SyntaxError"),
        ("1 / 0", r"codec.py: ZeroDivisionError"),
    ],
)
def test_a_codec_that_cannot_be_loaded(tmp_path: Path, code: str, words: str) -> None:
    folder = _folder(tmp_path, "by_hand", "")
    (folder / "codec.py").write_text(code, encoding="utf-8")
    with pytest.raises(ProfileError, match=words):
        load_folder(folder)


def test_a_codec_beside_frames_is_one_too_many(tmp_path: Path) -> None:
    folder = _folder(tmp_path, "by_hand")
    (folder / "codec.py").write_text(_CODEC, encoding="utf-8")
    with pytest.raises(ProfileError, match=r"got frame and codec.py"):
        load_folder(folder)
