"""`lilong agent` says in words and exit codes what is right, what is wrong and what to do."""

import json
from pathlib import Path

import pytest

from edge_agent.commands import main

SITE = """
id = "c7"
name = { zh = "七号院", en = "No. 7" }
areas = [{ id = "310106-c7", level = "community", name = { zh = "七号院", en = "No. 7" } }]
[[lots]]
id = "p1"
name = { zh = "车库", en = "Garage" }
[[lots.floors]]
id = "b1"
name = { zh = "地下一层", en = "B1" }
bays = [{ id = "B1-001", device = "0004a30b001c3f5e" }, { id = "B1-002" }]
"""
AGENT = """
[clock]
trust = "always"
[uplink.mqtt]
port = 1
[http]
port = 0
"""


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LILONG_LANG", "en")


def folder(path: Path, agent: str = AGENT, site: str = SITE, enrolment: str = 'gateway = "gw1"\n') -> str:
    (path / "agent.toml").write_text(agent, encoding="utf-8")
    (path / "site.toml").write_text(site, encoding="utf-8")
    (path / "enrolment.toml").write_text(enrolment, encoding="utf-8")
    return str(path / "agent.toml")


def test_a_good_configuration_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--config", folder(tmp_path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["gateway"], found["bays"], found["bays_with_sensor"]) == ("gw1", 2, 1)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"agent": "[uplink.mqqt]\nport = 1\n"}, "table [uplink]: unknown key 'mqqt'"),
        ({"agent": "[rules.bay]\ndebounce = 1\n"}, "table [rules.bay]: unknown key 'debounce'"),
        (
            {"agent": '[[devices]]\nid = "a"\nprofile = "parking_bosch_tps11"\n'},
            "agent.toml: table [devices[0]]: key 'profile': expected a known device profile",
        ),
        (
            {"agent": '[[devices]]\nid = "a"\nprofile = "parking_tekzitel_tekzipark"\n' * 2},
            "table [devices[1]]: expected each device once, got 'a' again",
        ),
        (
            {
                "agent": '[[sources.bus]]\nname = "a"\nport = "/dev/ttyUSB0"\n[[sources.bus.devices]]\nid = "m"\n'
                'profile = "meter_eastron_sdm120"\naddress = "0"\n'
            },
            "agent.toml: table [sources.bus[0].devices[0]]: key 'address': expected a Modbus address",
        ),
        (
            {
                "agent": '[[sources.bus]]\nname = "a"\nport = "/dev/ttyUSB0"\n[[sources.bus.devices]]\nid = "m"\n'
                'profile = "meter_eastron_sdm120"\naddress = "1"\n[[devices]]\nid = "m"\nprofile = "air_xy_md02"\n'
            },
            "table [devices[0]]: key 'profile': expected 'meter_eastron_sdm120' as in [[sources.bus.devices]]",
        ),
        ({"agent": "[http]\nport = 99999\n"}, "table [http]: key 'port': Expected `int` <= 65535, got 99999"),
        ({"agent": "[outbox]\nmost_mb = -5\n"}, "table [outbox]: key 'most_mb': Expected `int` >= 1"),
        ({"agent": "[pipeline]\nqueue = 0\n"}, "table [pipeline]: key 'queue': Expected `int` >= 1"),
        ({"agent": "[uplink]\nbatch_rows = 0\n"}, "table [uplink]: key 'batch_rows': Expected `int` >= 1"),
        ({"agent": "[rules.bay]\ndebounce_s = nan\n"}, "key 'debounce_s': Expected `float` >= 0.0, got nan"),
        ({"agent": "[uplink.mqtt]\nca_file = 'ca.pem'\n"}, "/ca.pem"),
        ({"site": 'gateway = "gw2"\n' + SITE}, "key 'gateway': expected 'gw1'"),
        ({"enrolment": 'gateway = "a/b"\n'}, "key 'gateway'"),
        ({"enrolment": 'gateway = "a"\nshard = 64\n'}, "key 'shard': expected 0 to 63, got 64"),
        ({"site": SITE.replace("B1-002", "B1-001")}, "each bay once, got 'B1-001' twice"),
        ({"site": SITE.replace("bays", "bay")}, "unknown key 'bay'"),
    ],
)
def test_a_wrong_configuration_is_named_and_ends_with_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, str], says: str
) -> None:
    for verb in ("check", "run"):
        assert main([verb, "--config", folder(tmp_path, **changes)]) == 3
        assert says in capsys.readouterr().err


def test_an_outbox_that_has_no_folder_is_told_before_anything_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = folder(tmp_path, agent="[outbox]\npath = 'card/outbox.db'\n" + AGENT)
    assert main(["check", "--config", config]) == 3
    assert "table [outbox]: key 'path': expected a file in a folder that exists" in capsys.readouterr().err
    (tmp_path / "card").mkdir()
    assert main(["check", "--config", config]) == 0


def test_a_missing_file_ends_with_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--config", str(tmp_path / "agent.toml")]) == 3
    assert "agent.toml: cannot be read" in capsys.readouterr().err


def test_status_of_a_gateway_that_does_not_run_says_how_to_start_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "--config", folder(tmp_path, agent="[http]\nport = 1\n")]) == 1
    assert "start it with: lilong agent run" in capsys.readouterr().err


def test_an_outbox_that_cannot_be_written_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    agent = AGENT + '[outbox]\npath = "nowhere/outbox.db"\n'
    assert main(["run", "--config", folder(tmp_path, agent=agent)]) == 1
    assert "outbox" in capsys.readouterr().err


def test_a_replay_goes_through_the_whole_gateway(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        {"device": "0004a30b001c3f5e", "profile": "parking_bosch_tps110", "port": 1, "hex": "01"},
        {"device": "0004a30b001c3f5e", "profile": "parking_bosch_tps110", "port": 1, "hex": "ffffff"},
    ]
    recording = tmp_path / "recording.jsonl"
    recording.write_text("\n".join(map(json.dumps, lines)) + "\n", encoding="utf-8")
    assert main(["replay", "--config", folder(tmp_path), "--json", str(recording)]) == 0
    came = json.loads(capsys.readouterr().out)
    assert (came["pipeline"]["stored"], came["pipeline"]["quarantined"]) == (1, 1)
    assert came["lots"]["p1"] == {"total": 2, "free": 0, "occupied": 1, "unknown": 1}


def test_a_usage_error_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["walk"])
    assert ended.value.code == 2
