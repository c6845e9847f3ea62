"""The stage needs room, writes settings that the programs accept, and ends whatever it began."""

import asyncio
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from cloud_ingest.config import read_configuration as read_cloud
from demo.estate import build_garage
from demo.stage import Changes, Stage, StageError, choose_ports
from demo.stage.settings import cloud_table, write_site, write_table
from edge_agent.config import read_configuration as read_agent


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def test_a_disk_without_room_is_told_in_both_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9 - 5_000_000, 5_000_000))
    with pytest.raises(StageError) as refused:
        Stage(tmp_path / "not yet made", build_garage(2, 1))
    for words in (refused.value.words.zh, refused.value.words.en):
        assert "5 MB" in words
        assert "--keep" in words


def test_the_settings_are_what_the_programs_read(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Stage(tmp_path, build_garage(12, 3), choose_ports()) as stage:
            stage.write_agent(Changes(agent={"outbox": {"most_mb": 50}}, uplink_port=4711))
            ports = stage.ports
            table = cloud_table(ports, "postgresql://a@b/c", name="one", http_port=ports.cloud_http)
            write_table(tmp_path / "cloud.toml", table)
            agent, cloud = read_agent(tmp_path / "agent.toml"), read_cloud(tmp_path / "cloud.toml", {})
            assert (agent.agent.uplink.mqtt.port, agent.agent.outbox.most_mb) == (4711, 50)
            assert agent.agent.http.port == ports.gateway_http
            assert cloud.plans == (agent.plan,) == (stage.garage.plan,)
            assert cloud.cloud.mqtt.port == ports.uplink_mqtt

    asyncio.run(scenario())


def test_whatever_was_begun_ends_even_when_the_start_fails(tmp_path: Path) -> None:
    async def scenario() -> None:
        stage = Stage(tmp_path, build_garage(2, 1), choose_ports())
        async with stage:
            await stage.do(stage.devices_broker.start)
            stage.write_agent(Changes(agent={"uplnk": {}}))
            with pytest.raises(StageError, match="uplnk"):
                await stage.start_agent()
        assert not stage.devices_broker.running
        assert stage.agent.status == 3

    asyncio.run(scenario())


def test_the_site_is_written_before_anything_runs(tmp_path: Path) -> None:
    write_site(tmp_path, build_garage(2, 1))
    assert {path.name for path in tmp_path.iterdir()} == {"site.toml", "enrolment.toml"}
