"""A patient runner for imports: a busy machine must not fail them."""

from collections.abc import Iterator

import pytest

from device_profiles.javascript import Runner


@pytest.fixture(autouse=True)
def runner(monkeypatch: pytest.MonkeyPatch) -> Iterator[Runner]:
    made = Runner(patience_s=30.0)
    monkeypatch.setattr("device_profiles.folder.shared_runner", lambda: made)
    for room in ("make", "chirpstack"):
        monkeypatch.setattr(f"device_profiles.repositories.{room}.patient_runner", lambda: made)
    yield made
    made.close()
