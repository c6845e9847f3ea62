"""A gateway without sensors: real link, real sync rules, rows that it makes up and numbers."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from chassis import Arrival, MqttLink, MqttPlan, MqttSettings
from tests.cloud_ingest.gateways import batch
from wire import (
    Ack,
    Epoch,
    GatewayId,
    Hello,
    Lane,
    LaneHello,
    Seq,
    Stream,
    ack_topic,
    decode,
    encode,
    up_topic,
)
from wire.sync import Sender, SenderLimits

_LIMITS = SenderLimits(batch_rows=50, ack_timeout_s=1.0)


class SendingGateway:
    """Sends `total` rows and goes on until the cloud has committed the last of them."""

    def __init__(self, mqtt: MqttSettings, name: str, total: int, *, shard: int) -> None:
        self.name, self.total, self.shard = GatewayId(name), total, shard
        self.epoch = Epoch(random.getrandbits(62))
        self._sender = Sender(_LIMITS)
        self._sender.open(Stream.STATE, self.epoch)
        self._sender.appended(Stream.STATE, self.epoch, total, time.monotonic())
        self._wake = asyncio.Event()
        plan = MqttPlan(
            client_id=name,
            topics=[ack_topic(self.name)],
            on_arrival=self._arrived,
            on_up=self._up,
            on_down=lambda: self._sender.unlinked(time.monotonic()),
        )
        self.link = MqttLink(mqtt, plan)

    @property
    def committed(self) -> int:
        """The number below which the cloud has everything."""
        (lane,) = self._sender.lanes()
        return lane.committed

    @property
    def done(self) -> bool:
        return self.committed == self.total

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.link.run())
            tasks.create_task(self._pump())

    def _up(self) -> None:
        self._sender.linked(time.monotonic())
        lane = LaneHello(
            stream=Stream.STATE, epoch=self.epoch, oldest=Seq(0), next=Seq(self.total), closed=False
        )
        hello = Hello(gateway=self.name, sent_ms=0, synced=True, agent="test", lanes=(lane,))
        self.link.publish(up_topic(self.shard, self.name, Lane.HELLO), encode(hello))
        self._wake.set()

    def _arrived(self, arrival: Arrival) -> None:
        ack = decode(arrival.payload)
        assert isinstance(ack, Ack)
        for lane in ack.lanes:
            self._sender.acked(lane, time.monotonic())
        self._wake.set()

    async def _pump(self) -> None:
        while True:
            for part in self._sender.due(time.monotonic()):
                rows = batch(
                    self.name,
                    first=part.first,
                    count=part.end - part.first,
                    epoch=self.epoch,
                    oldest=part.oldest,
                )
                self.link.publish(up_topic(self.shard, self.name, Stream.STATE), encode(rows))
            self._wake.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    await self._wake.wait()


@asynccontextmanager
async def sending(gateways: Sequence[SendingGateway]) -> AsyncIterator[None]:
    """Run gateways for the time of a test."""
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(gateway.run()) for gateway in gateways]
        yield
        for task in running:
            task.cancel()
