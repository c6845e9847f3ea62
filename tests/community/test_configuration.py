"""Wrong settings, a port in use, a database that is down: a clear word on what to do, and no harm done."""

import asyncio
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from demo.estate import build_garage
from demo.stage import HOST, Changes, Ports, Stage, Table, ask, choose_ports
from demo.stage.settings import agent_table, cloud_table, write_site, write_table
from demo.stage.toml import changed
from tests.community.world import community, play, until

EXIT_CONFIGURATION = 3
WRONG_AGENT: dict[str, tuple[Table, tuple[str, ...]]] = {
    "a misspelt key": ({"outbox": {"mots_mb": 5}}, ("[outbox]", "'mots_mb'", "most_mb")),
    "a misspelt key far inside": (
        {"uplink": {"mqtt": {"hots": "a"}}},
        ("[uplink.mqtt]", "'hots'", "host"),
    ),
    "a misspelt table": ({"uplnk": {}}, ("'uplnk'", "uplink")),
    "a text where a number belongs": ({"http": {"port": "many"}}, ("[http]", "'port'")),
    "a profile that does not exist": (
        {"devices": [{"id": "a", "profile": "parking_bosch_tps111"}]},
        ("parking_bosch_tps111", "parking_bosch_tps110"),
    ),
}
WRONG_CLOUD: dict[str, tuple[Table, tuple[str, ...]]] = {
    "a misspelt key": ({"ingest": {"writer": 2}}, ("[ingest]", "'writer'", "writers")),
    "a site that is not there": ({"sites": ["nowhere.toml"]}, ("nowhere.toml",)),
    "no database": ({"database": {"url": ""}}, ("DATABASE_URL", "[database]")),
}


@pytest.fixture
def ports() -> Ports:
    return choose_ports()


def lilong(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lilong", *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).parents[2],
    )


@pytest.mark.parametrize("verb", ["check", "run"])
@pytest.mark.parametrize("wrong", WRONG_AGENT)
def test_a_wrong_setting_of_the_agent_is_named(tmp_path: Path, ports: Ports, wrong: str, verb: str) -> None:
    changes, words = WRONG_AGENT[wrong]
    write_site(tmp_path, build_garage(4, 1))
    path = write_table(tmp_path / "agent.toml", changed(agent_table(ports, ports.uplink_mqtt), changes))
    said = lilong("agent", verb, "--config", str(path))
    assert said.returncode == EXIT_CONFIGURATION
    for word in words:
        assert word in said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("wrong", WRONG_CLOUD)
def test_a_wrong_setting_of_the_cloud_is_named(tmp_path: Path, ports: Ports, wrong: str) -> None:
    changes, words = WRONG_CLOUD[wrong]
    write_site(tmp_path, build_garage(4, 1))
    table = cloud_table(ports, "postgresql://nobody@127.0.0.1:1/x", name="ingest", http_port=ports.cloud_http)
    path = write_table(tmp_path / "cloud.toml", changed(table, changes))
    said = lilong("cloud", "run", "--config", str(path))
    assert said.returncode == EXIT_CONFIGURATION
    for word in words:
        assert word in said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize(("kind", "field"), [("tcp", "gateway_http"), ("udp", "devices_coap")])
def test_a_port_in_use_is_named_with_its_table(tmp_path: Path, ports: Ports, kind: str, field: str) -> None:
    write_site(tmp_path, build_garage(4, 1))
    path = write_table(tmp_path / "agent.toml", agent_table(ports, ports.uplink_mqtt))
    port = getattr(ports, field)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM) as other:
        other.bind((HOST, port))
        if kind == "tcp":
            other.listen()
        said = lilong("agent", "run", "--config", str(path))
    assert said.returncode == EXIT_CONFIGURATION
    assert str(port) in said.stderr
    assert "[http]" in said.stderr if kind == "tcp" else "[sources.coap]" in said.stderr
    assert "Traceback" not in said.stderr


def test_two_agents_never_share_an_outbox(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with community(tmp_path, bays=4) as world:
            await world.acknowledged(4)
            others = choose_ports()
            table = agent_table(others, world.stage.ports.uplink_mqtt)
            path = write_table(tmp_path / "other.toml", table)
            said = await asyncio.to_thread(lilong, "agent", "run", "--config", str(path))
            assert said.returncode not in (0, None)
            assert "outbox" in said.stderr
            assert "Traceback" not in said.stderr
            await world.check_exact()

    play(scenario())


def test_a_database_that_is_down_at_the_start_is_waited_for(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Stage(tmp_path, build_garage(4, 1), choose_ports()) as stage:
            await stage.start()
            await stage.do(stage.cloud.stop)
            await stage.do(stage.postgres.stop)
            await stage.do(stage.cloud.start)
            port = stage.ports.cloud_http
            await until(lambda: ask(port, "/healthz")[0] == 200, "the cloud lives")
            status, body = await asyncio.to_thread(ask, port, "/readyz")
            assert status == 503
            assert b"database" in body
            await until(lambda: "trying on" in stage.cloud.last_words(), "it says what it waits for")
            await stage.do(stage.postgres.start)
            await stage.cloud_ready()

    play(scenario())


def test_a_broker_that_is_down_at_the_start_is_waited_for(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with community(tmp_path, changes=Changes()) as world:
            stage = world.stage
            await stage.do(stage.agent.stop)
            await stage.do(stage.uplink_broker.kill)
            await stage.start_agent()
            await world.waiting(20)
            assert {"E-LINK-01"} <= problems(
                await asyncio.to_thread(lilong, "agent", "status", "--config", str(tmp_path / "agent.toml"))
            )
            await stage.do(stage.uplink_broker.start)
            await world.check_exact()

    play(scenario())


def problems(said: subprocess.CompletedProcess[str]) -> set[str]:
    """Return the codes of what `lilong agent status` says somebody should see to."""
    return {word for word in said.stdout.split() if word.startswith(("E-", "W-"))}
