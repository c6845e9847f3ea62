"""A slow profile, which asks another process, holds up neither the event loop nor anybody else's readings."""

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from device_profiles import DecodeError, Profile, Reading
from device_profiles.folder import load_folder
from device_profiles.javascript import Runner
from edge_agent.pipeline import Pipeline, PipelineSettings
from edge_agent.sources import Heard, Outcome
from tests.edge_agent.gateway import Parts
from tests.edge_agent.pipeline.test_understand import profile
from tests.until import until
from wire import Observation

BATTERY = profile("battery", ("device.battery_v", 3.6))


class _Slow:
    """A decoder that answers when the test says so, and remembers in which thread and order it was asked."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.asked: list[bytes] = []
        self.threads: set[str] = set()

    def profile(self) -> Profile:
        return replace(BATTERY, key="slow", decode=self.decode, slow=True)

    def decode(self, reading: Reading, /) -> Sequence[Observation]:
        self.asked.append(reading.payload)
        self.threads.add(threading.current_thread().name)
        assert self.go.wait(30)
        if reading.payload == b"bad":
            raise DecodeError("the codec was stopped")
        return BATTERY.decode(reading)


class _Gateway(Parts):
    """A gateway with a slow profile; what became of a reading is written down with its payload."""

    def __init__(self, folder: Path, settings: PipelineSettings | None = None) -> None:
        super().__init__(folder)
        self.slow = _Slow()
        self.fates: list[tuple[bytes, Outcome]] = []
        self.registry = replace(
            self.registry, profiles={**self.registry.profiles, "slow": self.slow.profile()}
        )
        if settings is not None:
            self.pipeline = Pipeline(self.queue, self.disk, self.books, settings)

    def offer(self, payload: bytes, route: str = "good", identity: str = "") -> None:
        item: Heard = self.heard(payload, route=route, identity=identity)
        self.queue.offer(replace(item, settle=lambda outcome: self.fates.append((payload, outcome))))


def test_others_are_kept_and_the_loop_runs_while_one_waits(tmp_path: Path) -> None:
    async def run() -> None:
        gateway = _Gateway(tmp_path)

        async def feed() -> None:
            gateway.offer(b"first", "slow")
            gateway.offer(b"second", "slow")
            gateway.offer(b"other")
            await until(lambda: gateway.fates == [(b"other", Outcome.STORED)], what="the other is kept")
            assert gateway.slow.asked == [b"first"]
            assert gateway.pipeline.waiting == 2
            gateway.slow.go.set()

        feeding = asyncio.create_task(feed())
        await gateway.run_until(lambda: len(gateway.fates) == 3)
        await feeding
        assert gateway.fates[1:] == [(b"first", Outcome.STORED), (b"second", Outcome.STORED)]
        assert gateway.slow.threads == {"codecs_0"}
        assert gateway.pipeline.waiting == 0
        gateway.disk.close()

    asyncio.run(run())


def test_a_refusal_is_kept_and_a_repeat_is_known(tmp_path: Path) -> None:
    async def run() -> None:
        gateway = _Gateway(tmp_path)
        gateway.slow.go.set()
        for payload, identity in ((b"bad", "1"), (b"good", "2"), (b"good", "2")):
            gateway.offer(payload, "slow", identity)
        await gateway.run_until(lambda: len(gateway.fates) == 3)
        assert [fate for _, fate in gateway.fates] == [
            Outcome.QUARANTINED,
            Outcome.STORED,
            Outcome.REPEATED,
        ]
        assert gateway.disk.outbox.quarantine()[0].reason == "slow: the codec was stopped"
        gateway.disk.close()

    asyncio.run(run())


def test_what_is_asked_for_is_bounded(tmp_path: Path) -> None:
    async def run() -> None:
        gateway = _Gateway(tmp_path, PipelineSettings(most=2))

        async def feed() -> None:
            for number in range(9):
                gateway.offer(b"%d" % number, "slow")
            await until(lambda: gateway.pipeline.waiting == 9 and len(gateway.queue) <= 7)
            for _ in range(20):
                await asyncio.sleep(0)  # the loop is free while there is no room
            assert len(gateway.queue) >= 5
            gateway.slow.go.set()

        feeding = asyncio.create_task(feed())
        await gateway.run_until(lambda: len(gateway.fates) == 9)
        await feeding
        assert [payload for payload, _ in gateway.fates] == [b"%d" % number for number in range(9)]
        gateway.disk.close()

    asyncio.run(run())


def test_what_was_not_understood_at_the_end_is_not_settled(tmp_path: Path) -> None:
    async def run() -> None:
        gateway = _Gateway(tmp_path)
        gateway.offer(b"first", "slow")
        gateway.offer(b"second", "slow")
        await gateway.run_until(lambda: gateway.slow.asked == [b"first"])
        assert gateway.pipeline.waiting == 0
        gateway.slow.go.set()
        gateway.offer(b"third", "slow")
        await gateway.run_until(lambda: len(gateway.fates) == 1)
        assert gateway.fates == [(b"third", Outcome.STORED)]
        assert b"second" not in gateway.slow.asked
        gateway.disk.close()

    asyncio.run(run())


def test_a_hostile_codec_beside_a_good_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = Runner(patience_s=30.0)  # a busy machine may give the worker no time for a while
    monkeypatch.setattr("device_profiles.folder.shared_runner", lambda: runner)
    folder = tmp_path / "hostile"
    folder.mkdir()
    (folder / "codec.js").write_text("function decodeUplink(i) { for (;;) {} }", encoding="utf-8")
    (folder / "profile.toml").write_text(
        'key = "hostile"\ntitle = { zh = "恶", en = "hostile" }\nheartbeat_s = 60\nsilent_after_s = 120\n'
        'sources = ["this test"]\n[[javascript.field]]\npath = "t"\nproperty = "air.temperature"\n',
        encoding="utf-8",
    )

    async def run() -> None:
        gateway = _Gateway(tmp_path)
        hostile = load_folder(folder).profile
        gateway.registry = replace(
            gateway.registry, profiles={**gateway.registry.profiles, "hostile": hostile}
        )
        for number in range(5):
            gateway.offer(b"bad%d" % number, "hostile")
        gateway.offer(b"good")
        await gateway.run_until(lambda: len(gateway.fates) == 6)
        assert gateway.fates[0] == (b"good", Outcome.STORED)
        assert {fate for _, fate in gateway.fates[1:]} == {Outcome.QUARANTINED}
        reasons = [one.reason for one in gateway.disk.outbox.quarantine()]
        assert sum("was stopped 3 times and rests" in reason for reason in reasons) == 2
        gateway.disk.close()

    asyncio.run(run())
    runner.close()
