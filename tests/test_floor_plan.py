"""The floor plan's contracts catch an import that goes up, across, or out of the contract's three neighbours."""

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = (
    "demo",
    "edge_agent",
    "cloud_ingest",
    "firmware_bridge",
    "chassis",
    "device_profiles",
    "models",
    "wire",
)


def imported(path: Path) -> set[str]:
    """The top-level names that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    return names


def test_the_contract_imports_msgspec_zstandard_and_the_standard_library_alone() -> None:
    allowed = sys.stdlib_module_names | {"wire", "msgspec", "zstandard"}
    files = list((ROOT / "wire").rglob("*.py"))
    assert files
    assert {str(path): imported(path) - allowed for path in files if imported(path) - allowed} == {}


def named_inside() -> list[str]:
    """The modules inside rooms that the contracts name."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    named = [name for contract in contracts for name in contract.get("source_modules", [])]
    return sorted(name for name in named if "." in name)


@pytest.mark.parametrize(
    ("room", "line", "contract"),
    [
        ("wire", "import chassis", "Imports go down"),
        ("edge_agent", "import cloud_ingest", "Imports go down"),
        ("chassis", "import edge_agent", "Imports go down"),
        ("device_profiles", "import models", "Imports go down"),
        ("wire", "import socket", "Wire needs"),
        ("device_profiles/protocols", "import sqlite3", "Decoding is pure"),
    ],
)
def test_a_planted_import_is_caught(tmp_path: Path, room: str, line: str, contract: str) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name in (*ROOMS, *named_inside()):
        folder = tmp_path / name.replace(".", "/")
        folder.mkdir(exist_ok=True)
        (folder / "__init__.py").write_text('"""A room."""\n', encoding="utf-8")
    clean = lint(tmp_path)
    assert clean.returncode == 0, clean.stdout
    (tmp_path / room / "planted.py").write_text(f"{line}\n", encoding="utf-8")
    dirty = lint(tmp_path)
    assert dirty.returncode == 1
    broken = [text for text in dirty.stdout.splitlines() if text.endswith("BROKEN")]
    assert len(broken) == 1
    assert broken[0].startswith(contract)


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", code, "--no-cache"],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
