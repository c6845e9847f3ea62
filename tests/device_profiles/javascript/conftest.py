"""A runner with a worker of its own, and codecs written for a test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from device_profiles.javascript import Runner, Script

WriteCodec = Callable[..., Script]


@pytest.fixture
def runner() -> Iterator[Runner]:
    # A busy machine may give the worker no time for a while; processor time is what stops codecs here.
    made = Runner(patience_s=30.0)
    yield made
    made.close()


@pytest.fixture
def script(tmp_path: Path) -> WriteCodec:
    def write(source: str, name: str = "codec.js") -> Script:
        path = tmp_path / name
        path.write_text(source, encoding="utf-8")
        return Script(path)

    return write


@pytest.fixture(autouse=True)
def patient_profiles(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let profiles that a test loads use the test's own runner."""
    monkeypatch.setattr("device_profiles.folder.shared_runner", lambda: runner)
