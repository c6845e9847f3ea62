"""Vectors kept outside the repository, where they are at hand."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

_SHARED = Path(os.environ.get("LILONG_SHARED") or Path(__file__).parents[3] / "shared")


def vectors(name: str) -> list[Any]:
    """Return the lines of a corpus file; skip the test where it is not there."""
    path = _SHARED / "corpus" / name
    if not path.is_file():
        pytest.skip(f"{name} is not here; LILONG_SHARED may say where")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
