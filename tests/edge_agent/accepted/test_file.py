"""accepted.toml: what the command writes, the agent reads."""

from pathlib import Path

import pytest

from chassis import ConfigError
from edge_agent.accepted import accept_device, read_accepted, sound_accepted
from wire import DeviceId


def test_what_is_accepted_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "accepted.toml"
    assert read_accepted(path) == {}
    accept_device(path, DeviceId('odd "name" 井'), "one")
    accept_device(path, DeviceId("second"), "two")
    accept_device(path, DeviceId('odd "name" 井'), "three")
    assert read_accepted(path) == {'odd "name" 井': "three", "second": "two"}
    assert [file.name for file in tmp_path.iterdir()] == ["accepted.toml"]


def test_a_file_that_somebody_spoilt_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "accepted.toml"
    path.write_text("[[device]]\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="unknown key 'device'"):
        accept_device(path, DeviceId("a"), "one")
    assert path.read_text(encoding="utf-8") == "[[device]]\n"


def test_a_folder_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="run the command as the agent's user"):
        accept_device(tmp_path / "none" / "accepted.toml", DeviceId("a"), "one")


@pytest.mark.parametrize("device", ["", "  ", "a\nb", "a\x7f", "\udcff"])
def test_what_is_no_device_is_not_written_down(tmp_path: Path, device: str) -> None:
    with pytest.raises(ConfigError, match="as the quarantine page shows it"):
        accept_device(tmp_path / "accepted.toml", DeviceId(device), "one")
    assert list(tmp_path.iterdir()) == []


def test_what_is_wrong_with_the_file_stops_no_gateway(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "accepted.toml"
    accept_device(path, DeviceId("a"), "one")
    accept_device(path, DeviceId("b"), "gone")
    assert sound_accepted(path, {"one"}) == {"a": "one"}
    assert "device 'b': expected a known profile, got 'gone'" in caplog.text
    path.write_text("devices = 3\n", encoding="utf-8")
    assert sound_accepted(path, {"one"}) == {}
    assert "until somebody mends or deletes the file" in caplog.text
