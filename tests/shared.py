"""Finds the real device bytes and tables that may lie beside the project, or skips the test that wants them."""

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[2] / "shared"


def shared(name: str) -> Path:
    """Return a file of the shared folder (`LILONG_SHARED`, else beside the project); skip where there is none."""
    found = Path(os.environ.get("LILONG_SHARED", _BESIDE)) / name
    if not found.exists():
        pytest.skip(f"no {name} in the shared folder beside the project; set LILONG_SHARED to have it")
    return found
