"""Every shipped profile, found by its folder, keeps its golden readings and the rules of its quality scale."""

import struct
from pathlib import Path

import pytest

from device_profiles.claims import graded
from device_profiles.declared import Frame, Trial, failing
from device_profiles.folder import Loaded
from device_profiles.quality import golden_of
from device_profiles.shelf import SHIPPED, load_folders
from device_profiles.supported import supported_page

_LOADED = load_folders()
_GOLDEN = [(one, name, trial) for one in _LOADED for name, trial in golden_of(one.folder).items()]
_ROOT = Path(__file__).parents[2]


def test_every_folder_with_a_profile_is_found() -> None:
    assert {one.folder.name for one in _LOADED} == {
        path.parent.name for path in SHIPPED.glob("*/profile.toml")
    }
    assert len(_LOADED) >= 7


@pytest.mark.parametrize(
    ("one", "name", "trial"), _GOLDEN, ids=[f"{one.profile.key}-{name}" for one, name, _ in _GOLDEN]
)
def test_golden(one: Loaded, name: str, trial: Trial) -> None:
    assert failing(trial, one.profile.decode) == ""


@pytest.mark.parametrize("one", _LOADED, ids=lambda one: one.profile.key)
def test_folder_is_in_order(one: Loaded) -> None:
    assert one.folder.name == one.profile.key
    golden = golden_of(one.folder)
    assert sum(bool(trial.refused) for trial in golden.values()) >= 1
    assert sum(not trial.refused for trial in golden.values()) >= 3
    graded(one)


@pytest.mark.parametrize("one", _LOADED, ids=lambda one: one.profile.key)
def test_every_frame_has_a_golden_reading(one: Loaded) -> None:
    trials = [trial for trial in golden_of(one.folder).values() if not trial.refused]
    for frame in one.document.frame:
        assert any(_is(frame, trial) for trial in trials), frame.name


def _is(frame: Frame, trial: Trial) -> bool:
    """Say whether a reading looks like this frame."""
    payload = bytes.fromhex(trial.hex)
    least, most = (
        frame.length if isinstance(frame.length, tuple) else (frame.length or 0, frame.length or 999)
    )
    return (
        (trial.port in frame.ports or not frame.ports)
        and least <= len(payload) <= most
        and (frame.first is None or payload[0] & frame.first.mask == frame.first.value)
        and all(
            byte.at < len(payload) and payload[byte.at] & byte.mask in byte.values for byte in frame.having
        )
    )


@pytest.mark.parametrize("one", _LOADED, ids=lambda one: one.profile.key)
def test_every_block_of_registers_has_a_golden_reading(one: Loaded) -> None:
    good = [trial for trial in golden_of(one.folder).values() if not trial.refused]
    for block in one.document.modbus.block if one.document.modbus else ():
        head = struct.pack(">BHH", block.function, block.start, block.count)
        assert [trial for trial in good if head in bytes.fromhex(trial.hex)], block.name


def test_a_wrong_golden_reading_is_noticed() -> None:
    one = next(one for one in _LOADED if one.profile.key == "parking_bosch_tps110")
    decode = one.profile.decode
    assert "parking.occupied=1" in failing(Trial(port=1, hex="01", gives={"parking.occupied": False}), decode)
    assert "got device.heartbeat=1, parking.occupied=1" in failing(
        Trial(port=2, hex="0105", gives={"parking.occupied": True}), decode
    )
    assert "expected an error" in failing(Trial(port=1, hex="01", refused="no"), decode)
    assert "got the error" in failing(Trial(port=1, hex="0101", gives={"parking.occupied": True}), decode)
    assert "hexadecimal" in failing(Trial(port=1, hex="0", gives={"parking.occupied": True}), decode)
    assert failing(Trial(port=1, hex="01"), decode) == "expected gives, rows or refused"


def test_supported_page_is_current() -> None:
    page = (_ROOT / "SUPPORTED.md").read_text(encoding="utf-8")
    assert page == supported_page(_LOADED), "run: lilong profile supported --output SUPPORTED.md"
