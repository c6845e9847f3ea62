"""Twenty seconds of coverage-guided fuzzing find nothing but refusals; `python -m tests.fuzz` goes on for ever."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_APART = os.environ.get("LILONG_ATHERIS", "")
"""A folder that holds atheris where it is not installed beside the project (pip install --target)."""


def test_no_decoder_breaks(tmp_path: Path) -> None:
    if not _APART and find_spec("atheris") is None:
        pytest.skip("atheris is not installed (pip install atheris; CPython on Intel/AMD only)")
    command = [sys.executable, "-m", "tests.fuzz", "-max_total_time=20", f"-artifact_prefix={tmp_path}/"]
    path = os.pathsep.join(part for part in (str(_ROOT), _APART) if part)
    done = subprocess.run(
        command,
        cwd=_ROOT,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "Done" in done.stderr
