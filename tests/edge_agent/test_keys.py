"""A device that encrypts is understood with the site's key, which is seen nowhere."""

import json
from pathlib import Path

import msgspec
import pytest

from chassis import ConfigError
from device_profiles import Key, load_shelf
from edge_agent.commands import main
from edge_agent.config import read_configuration
from edge_agent.keys import device_keys
from edge_agent.pipeline import Registry
from edge_agent.pipeline.understand import understand
from tests.device_profiles.protocols.wmbus import made
from tests.edge_agent.commands.test_commands import AGENT, folder
from tests.edge_agent.pipeline.test_understand import heard
from wire import DeviceId

METER = DeviceId("12345678")
PROFILES = {"meter_wmbus": load_shelf().profile("meter_wmbus")}


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LILONG_LANG", "en")


def keys_file(path: Path, mode: int = 0o600, key: bytes = made.KEY) -> Path:
    found = path / "keys.toml"
    found.write_text(f'"{METER}" = "{key.hex()}"\n', encoding="utf-8")
    found.chmod(mode)
    return found


def registry(key: bytes | None) -> Registry:
    return Registry(profiles=PROFILES, devices={}, keys={METER: Key(key)} if key else {})


def test_a_device_is_lent_its_key_for_decoding() -> None:
    item = heard(device=METER, route="meter_wmbus", payload=made.mode_5())
    meant = understand(item, registry(made.KEY))
    assert [row.value for _, row in meant.rows if row.property == "gas.index"] == [28504.27]
    assert item.reading.key is None


@pytest.mark.parametrize(
    ("key", "words"), [(None, "no key for this meter"), (made.OTHER, "the key is wrong")]
)
def test_a_wrong_or_missing_key_is_told_in_quarantine_and_not_shown(key: bytes | None, words: str) -> None:
    meant = understand(heard(device=METER, route="meter_wmbus", payload=made.mode_5()), registry(key))
    assert meant.quarantined is not None
    assert words in meant.quarantined.reason
    kept = repr(meant) + msgspec.json.encode(meant.quarantined).decode()
    assert made.OTHER.hex() not in kept
    assert repr(made.OTHER)[2:-1] not in kept


def test_the_key_of_another_device_is_not_lent() -> None:
    meant = understand(
        heard(device="87654321", route="meter_wmbus", payload=made.mode_5()), registry(made.KEY)
    )
    assert meant.quarantined is not None
    assert "no key" in meant.quarantined.reason


def test_an_eui_is_the_same_device_however_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    path.write_text(f'"00-04-A3-0B-00-1C-3F-5E" = "{made.KEY.hex()}"\n', encoding="utf-8")
    path.chmod(0o600)
    assert list(device_keys(path)) == ["0004a30b001c3f5e"]
    path.write_text(path.read_text() + f'0004a30b001c3f5e = "{made.KEY.hex()}"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="each device once"):
        device_keys(path)


def test_check_counts_the_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys_file(tmp_path)
    path = folder(tmp_path, agent=AGENT + '[keys]\nfile = "keys.toml"\n')
    assert main(["check", "--config", path, "--json"]) == 0
    out = capsys.readouterr().out
    assert json.loads(out)["keys"] == 1
    assert made.KEY.hex() not in out
    assert made.KEY.hex() not in repr(read_configuration(Path(path)))


def test_check_refuses_a_file_that_others_may_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys_file(tmp_path, mode=0o644)
    assert main(["check", "--config", folder(tmp_path, agent=AGENT + '[keys]\nfile = "keys.toml"\n')]) == 3
    assert "run: chmod 600" in capsys.readouterr().err


def test_without_keys_nothing_is_asked_for(tmp_path: Path) -> None:
    assert not read_configuration(Path(folder(tmp_path))).keys
