"""An agent's way from broker to disk that kills itself between a commit and its acknowledgement.

Arguments: the broker's port, the outbox's folder, and how many new readings to acknowledge before (-1: live on).
"""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from chassis import NearMqttSettings
from device_profiles import Profile, Reading, Shelf
from edge_agent.clock import ClockTrust, SystemClock
from edge_agent.outbox import Outbox
from edge_agent.pipeline import Books, Disk, IntakeQueue, Pipeline, PipelineSettings, Registry
from edge_agent.rules import BayRule, BayRuleSettings, Judge
from edge_agent.sources import Heard, MqttSource, MqttSourceSettings, Outcome, Refused, RouteSettings
from wire import Observation, PropertyName, Words
from wire.sync import SenderLimits

BATTERY = PropertyName("device.battery_v")


def decode(reading: Reading, /) -> Sequence[Observation]:
    """The payload is a number."""
    volts = float(reading.payload)
    return [Observation(device=reading.device, property=BATTERY, value=volts, at_ms=reading.received_ms)]


PROFILE = Profile(
    key="p", title=Words(zh="测试", en="Test"), heartbeat_s=60, silent_after_s=180, decode=decode
)


def settings(port: int) -> MqttSourceSettings:
    """What every life of the agent listens to."""
    return MqttSourceSettings(
        broker=NearMqttSettings(port=port, longest_retry_s=0.2),
        routes=(RouteSettings(topic="a/{device}", profile="p"),),
    )


class Doomed:
    """An intake before the real one, whose items end the process when the chosen one has been committed."""

    def __init__(self, queue: IntakeQueue, left: int) -> None:
        self._queue, self._left = queue, left

    def offer(self, item: Heard | Refused, /) -> bool:
        return self._queue.offer(self._marked(item))

    async def put(self, item: Heard | Refused, /) -> None:
        await self._queue.put(self._marked(item))

    def _marked(self, item: Heard | Refused) -> Heard | Refused:
        def settle(outcome: Outcome) -> None:
            if outcome is Outcome.STORED and self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            self._left -= outcome is Outcome.STORED
            item.settle(outcome)

        return replace(item, settle=settle)


async def live(port: int, folder: Path, left: int) -> None:
    """Hear, keep and acknowledge until killed."""
    clock = SystemClock(ClockTrust.ALWAYS)
    disk = Disk(Outbox.open(folder / "outbox.db", boot=clock.boot))
    books = Books(SenderLimits())
    books.open(disk.outbox.lanes(), 0.0)
    queue = IntakeQueue(100)
    pipeline = Pipeline(queue, disk, books, PipelineSettings(window_s=0.02, window_rows=3))
    judge = Judge(BayRule({}, BayRuleSettings()), clock)
    source = MqttSource(settings(port), Shelf({"p": PROFILE}), clock, "gw")
    async with asyncio.TaskGroup() as group:
        group.create_task(source.run(Doomed(queue, left)))
        registry = Registry(profiles={"p": PROFILE}, devices={})
        group.create_task(pipeline.run(registry, judge, lambda: None))


if __name__ == "__main__":
    asyncio.run(live(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
