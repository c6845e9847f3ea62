"""Finds the strangers' programs that read the API's description, or skips the test that wants one."""

import sys
from pathlib import Path
from shutil import which

import pytest


def reader(name: str) -> str:
    """Find the program, which usually lives in an environment of its own."""
    found = which(name) or which(name, path=Path(sys.executable).parent)
    if found is None:
        pytest.skip(f"no {name} on PATH: pipx install {name}")
    return found
