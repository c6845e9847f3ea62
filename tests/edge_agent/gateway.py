"""A gateway's parts around a real outbox, driven by a source that a test scripts."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from device_profiles import Reading
from edge_agent.clock import ClockTrust, SystemClock
from edge_agent.outbox import Outbox
from edge_agent.pipeline import Books, Disk, IntakeQueue, Pipeline, PipelineSettings, Registry
from edge_agent.rules import BayRule, BayRuleSettings, Judge
from edge_agent.sources import Heard, Outcome
from tests.edge_agent.pipeline.test_understand import GOOD, profile
from wire import BayId, DeviceId
from wire.sync import SenderLimits

SENSOR = DeviceId("70b3d57ed0000001")


class Parts:
    """Everything between a source and the disk."""

    def __init__(self, folder: Path, limits: SenderLimits | None = None) -> None:
        self.clock = SystemClock(ClockTrust.ALWAYS)
        self.disk = Disk(Outbox.open(folder / "outbox.db", boot=self.clock.boot))
        self.books = Books(limits or SenderLimits())
        self.books.open(self.disk.outbox.lanes(), 0.0)
        self.queue = IntakeQueue(100)
        self.pipeline = Pipeline(self.queue, self.disk, self.books, PipelineSettings())
        self.rule = BayRule({SENSOR: BayId("B1-001")}, BayRuleSettings())
        self.judge = Judge(self.rule, self.clock)
        self.judge.recall(self.disk.outbox.facts())
        self.outcomes: list[Outcome] = []
        self.registry = Registry(
            profiles={"good": GOOD, "battery": profile("battery", ("device.battery_v", 3.6))}, devices={}
        )

    def heard(
        self, payload: bytes = b"ok", *, identity: str = "", route: str = "good", surely_new: bool = False
    ) -> Heard:
        now_ms, trust = self.clock()
        reading = Reading(device=SENSOR, payload=payload, received_ms=now_ms, trust=trust, identity=identity)
        return Heard(
            source="test", reading=reading, profile=route, settle=self.outcomes.append, surely_new=surely_new
        )

    async def run_until(self, done: Callable[[], bool]) -> None:
        """Run the pipeline until something is so, ten seconds at most."""
        task = asyncio.create_task(self.pipeline.run(self.registry, self.judge, lambda: None))
        try:
            async with asyncio.timeout(10):
                while not done():
                    if task.done():
                        task.result()
                    await asyncio.sleep(0.005)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def rows(self) -> list[tuple[str, str, object]]:
        """Return every row held: stream, property, value."""
        from wire.sync import Slice

        found: list[tuple[str, str, object]] = []
        for lane in self.disk.outbox.lanes():
            part = Slice(
                stream=lane.stream,
                epoch=lane.epoch,
                first=lane.oldest,
                end=lane.next,
                oldest=lane.oldest,
                backfill=False,
            )
            rows = self.disk.outbox.read(part)
            found += [
                (lane.stream.value, name, value)
                for name, value in zip(rows.property, rows.value, strict=True)
            ]
        return found
