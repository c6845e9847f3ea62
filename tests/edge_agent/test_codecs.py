"""The whole agent with a vendor's codec that never ends: it stays well, and says whose codec it was."""

import asyncio
import json
from pathlib import Path

import pytest

from device_profiles.javascript import Runner
from edge_agent.agent import Agent
from edge_agent.config import read_configuration
from edge_agent.health import find_problems
from edge_agent.sources import ReplaySource
from tests.edge_agent.commands.test_commands import AGENT, folder
from tests.until import until

PROFILE = """
key = "{key}"
title = {{ zh = "测试", en = "made" }}
heartbeat_s = 600
silent_after_s = 3600
sources = ["this test"]
[[javascript.field]]
path = "t"
property = "air.temperature"
"""


def imported(site: Path, key: str, source: str) -> None:
    made = site / "imported" / key
    made.mkdir(parents=True)
    (made / "profile.toml").write_text(PROFILE.format(key=key), encoding="utf-8")
    (made / "codec.js").write_text(source, encoding="utf-8")


def test_an_agent_with_a_hostile_codec_stays_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = Runner(patience_s=30.0)  # a busy machine may give the worker no time for a while
    monkeypatch.setattr("device_profiles.folder.shared_runner", lambda: runner)
    monkeypatch.setattr("edge_agent.agent.shared_runner", lambda: runner)
    imported(tmp_path, "air_good", "function decodeUplink(i) { return { data: { t: i.bytes[0] } }; }")
    imported(
        tmp_path, "air_bad", "function decodeUplink(i) { new Array(4e8).join('x'); /^(a+)+$/.test(i.bytes); }"
    )
    heard = [{"device": "bad", "profile": "air_bad", "port": 1, "hex": f"{n:02x}"} for n in range(6)]
    heard += [{"device": "sensor", "profile": "air_good", "port": 1, "hex": f"{n:02x}"} for n in range(20)]
    heard += [{"device": "0004a30b001c3f5e", "profile": "parking_bosch_tps110", "port": 1, "hex": "01"}]
    recording = tmp_path / "recording.jsonl"
    recording.write_text("\n".join(map(json.dumps, heard)) + "\n", encoding="utf-8")
    config = folder(tmp_path, agent='profiles = ["imported"]\n' + AGENT)

    async def run() -> None:
        agent = Agent(read_configuration(Path(config)), [ReplaySource(recording, speed=0)])
        running = asyncio.create_task(agent.run())
        await until(lambda: running.done() or agent.account().pipeline.get("quarantined") == 6)
        await until(lambda: running.done() or agent.account().pipeline.get("stored") == 21)
        assert not running.done()
        account = agent.account()
        assert account.codecs["stopped"] == 3
        assert account.codecs["refused_resting"] == 3
        assert "W-CODEC-01" in {problem.code for problem in find_problems(account)}
        reasons = {one.reason.partition(":")[0] for one in await agent.quarantine()}
        assert reasons == {"air_bad"}
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(run())
    runner.close()
