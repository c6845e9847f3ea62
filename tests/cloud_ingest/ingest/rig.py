"""A writer on a real database, fed by hand, its answers collected."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from cloud_ingest.ingest.counts import Counts
from cloud_ingest.ingest.inbox import Inbox
from cloud_ingest.ingest.writer import Pace, Writer
from cloud_ingest.store import Database
from tests.cloud_ingest.engine import until
from tests.cloud_ingest.gateways import NOON_MS, parcel
from wire import Ack, Batch, Hello, LaneAck


class Rig:
    """What a test sees of a running writer."""

    def __init__(self, url: str, *, now_ms: int = NOON_MS) -> None:
        self.counts = Counts()
        self.inbox = Inbox(10_000)
        self.acks: list[Ack] = []
        self.writer = Writer(
            Database(url),
            self.inbox,
            self._take,
            counts=self.counts,
            pace=Pace(linger_s=0.002),
            now_ms=lambda: now_ms,
        )

    def _take(self, ack: Ack) -> bool:
        self.acks.append(ack)
        return True

    async def send(self, *messages: Batch | Hello) -> list[LaneAck]:
        """Send messages as one turn and return the answers once each of their gateways got one."""
        before = len(self.acks)
        for message in messages:
            assert self.inbox.offer(parcel(message))
        wanted = {message.gateway for message in messages}
        await until(lambda: wanted <= {ack.gateway for ack in self.acks[before:]}, "answers")
        return [lane for ack in self.acks[before:] for lane in ack.lanes]


@asynccontextmanager
async def writing(*rigs: Rig) -> AsyncIterator[Sequence[Rig]]:
    """Run writers for the time of a test; a writer that fails, fails the test."""
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(rig.writer.run()) for rig in rigs]
        yield rigs
        for task in running:
            task.cancel()
