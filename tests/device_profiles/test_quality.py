"""The quality scale: what is claimed is counted, and a level needs every rule below it."""

from pathlib import Path

import pytest

from device_profiles import ProfileError
from device_profiles.quality import Level, golden_of, read_quality

_DONE = """
[bronze]
sources = "done"
golden = "todo"
cadence = "done"
[silver]
every_frame = "done"
state_everywhere = { exempt = "no state" }
vendor_examples = "done"
[gold]
firmwares = "done"
field_tested = "done"
"""


def _quality(folder: Path, text: str) -> Path:
    (folder / "quality.toml").write_text(text, encoding="utf-8")
    return folder


def _golden(folder: Path, count: int, refused: int) -> None:
    (folder / "golden").mkdir()
    for number in range(count + refused):
        wish = 'refused = "x"' if number >= count else 'gives = { "device.fault" = 1 }'
        (folder / "golden" / f"{number}.toml").write_text(f'source = "made"\nhex = "01"\n{wish}\n')


def test_levels_build_on_each_other(tmp_path: Path) -> None:
    assert read_quality(_quality(tmp_path, _DONE)).level is Level.NONE
    _golden(tmp_path, 3, 1)
    done = _DONE.replace('golden = "todo"', 'golden = "done"')
    assert read_quality(_quality(tmp_path, done)).level is Level.GOLD
    assert (
        read_quality(_quality(tmp_path, done.replace('firmwares = "done"', 'firmwares = "todo"'))).level
        is Level.SILVER
    )
    gap = done.replace('every_frame = "done"', 'every_frame = { todo = "frame 7" }')
    assert read_quality(_quality(tmp_path, gap)).level is Level.BRONZE


@pytest.mark.parametrize(("good", "refused"), [(2, 1), (3, 0)])
def test_golden_readings_are_counted(tmp_path: Path, good: int, refused: int) -> None:
    _golden(tmp_path, good, refused)
    with pytest.raises(ProfileError, match=f"expected 3 good and 1 refused, got {good} and {refused}"):
        read_quality(_quality(tmp_path, _DONE.replace('golden = "todo"', 'golden = "done"')))


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
def test_mistakes(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    with pytest.raises(ProfileError, match=words):
        read_quality(_quality(tmp_path, _DONE.replace(*change)))


def test_a_golden_reading_names_its_source(tmp_path: Path) -> None:
    (tmp_path / "golden").mkdir()
    (tmp_path / "golden" / "one.toml").write_text('hex = "01"\nrefused = "x"\n')
    with pytest.raises(ProfileError, match=r"one.toml, key source"):
        golden_of(tmp_path)
