"""The `lilong` command finds its programs, says what is missing and never imports what nobody asked for."""

import subprocess
import sys
from pathlib import Path

import pytest

from lilong.__main__ import main
from lilong.programs import PROGRAMS, Program


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the import path, for programs made up by a test."""
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def program(module: str) -> dict[str, Program]:
    return {"made-up": Program(module=module, extra="edge", english="made up", chinese="虚构")}


def test_the_program_gets_the_rest_of_the_line_and_its_status_is_returned(shelf: Path) -> None:
    (shelf / "room_that_runs.py").write_text("def main(argv):\n    return len(argv)\n")
    assert main(["made-up", "run", "--json", "x"], program("room_that_runs")) == 3


def test_a_missing_extra_is_named_in_two_languages(shelf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shelf / "room_without_extra.py").write_text("import a_package_nobody_has.inner\n")
    assert main(["made-up"], program("room_without_extra")) == 2
    said = capsys.readouterr().err
    assert said.count("pip install 'lilong[edge]'") == 2
    assert said.count("a_package_nobody_has") == 2
    assert "缺少" in said


def test_a_fault_of_ours_is_not_blamed_on_an_extra(shelf: Path) -> None:
    (shelf / "room_with_fault.py").write_text("import room_with_fault.absent\n")
    with pytest.raises(ModuleNotFoundError):
        main(["made-up"], program("room_with_fault"))


def test_an_unknown_word_is_refused_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agnet", "run"]) == 2
    said = capsys.readouterr().err
    assert "'agnet'" in said
    assert all(word in said for word in PROGRAMS)


@pytest.mark.parametrize(("argv", "status"), [([], 2), (["--help"], 0), (["-h"], 0)])
def test_help_names_every_program_in_two_languages(
    argv: list[str], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(argv) == status
    said = "".join(capsys.readouterr())
    for word, known in PROGRAMS.items():
        assert word in said
        assert known.english in said
        assert known.chinese in said


def test_help_imports_no_program() -> None:
    code = (
        "import sys; from lilong.__main__ import main; main(['--help']);"
        "print(sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = said.stdout.splitlines()[-1]
    assert "'lilong'" in loaded
    for known in PROGRAMS.values():
        assert f"'{known.room}'" not in loaded


def test_version_is_the_installed_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("lilong ")
