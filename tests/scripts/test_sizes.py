"""The size check finds each kind of fault when it is planted, and is silent on a good file."""

from pathlib import Path

import pytest

from scripts.sizes import faults

GOOD = '''"""A file with one idea."""


def count(self: int, a: int, b: int, c: int, d: int, e: int, f: int) -> int:
    return a
'''


def found(root: Path, name: str, text: str) -> list[str]:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return list(faults(root))


def test_a_good_file_has_no_fault(tmp_path: Path) -> None:
    assert found(tmp_path, "room/idea.py", GOOD) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("x = 1\n", "expected a docstring"),
        ('"""No full stop"""\n', "one sentence"),
        (GOOD + "\n" * 400, "expected at most 400 lines"),
        (GOOD + "def long() -> None:\n" + "    print()\n" * 40, "expected at most 40 lines, got 41"),
        (GOOD + "def wide(a, b, c, d, e, f, g): ...\n", "expected at most 6 parameters, got 7"),
        (GOOD + "async def wide(a, b, c, d, *, e, f, g): ...\n", "expected at most 6 parameters, got 7"),
    ],
)
def test_a_planted_fault_is_found(tmp_path: Path, text: str, fault: str) -> None:
    [line] = found(tmp_path, "room/idea.py", text)
    assert line.startswith("room/idea.py:")
    assert fault in line


@pytest.mark.parametrize("name", ["utils.py", "helpers/idea.py", "room/base.py"])
def test_a_name_that_says_nothing_is_found(tmp_path: Path, name: str) -> None:
    [line] = found(tmp_path, name, GOOD)
    assert "says nothing" in line


@pytest.mark.parametrize("folder", [".venv", "var", "build"])
def test_folders_that_are_not_source_are_left_alone(tmp_path: Path, folder: str) -> None:
    assert found(tmp_path, f"{folder}/utils.py", "x = 1\n") == []
