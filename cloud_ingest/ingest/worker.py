"""One ingest worker: hears the shards that it holds, and hands what comes to its writers."""

import asyncio
import secrets
import time
import zlib
from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta, Struct

from chassis import Arrival, Metric, MqttLink, MqttPlan, MqttSettings, Some, Text, labelled, number
from cloud_ingest.ingest.claims import Claims
from cloud_ingest.ingest.counts import Counts
from cloud_ingest.ingest.inbox import Inbox, Parcel
from cloud_ingest.ingest.writer import Pace, Writer
from cloud_ingest.store import Database
from wire import MOST_BYTES, SHARDS, Ack, WireError, ack_topic, encode, parse_up, shard_filter


class IngestSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a worker works: its name in logs and at the broker, the most shards it takes, writers, room a writer."""

    enabled: bool = True
    name: Text = "ingest"
    most_shards: Annotated[int, Meta(ge=1, le=SHARDS)] = SHARDS
    writers: Annotated[int, Meta(ge=1, le=64)] = 2
    inbox_batches: Some = 512
    transaction_rows: Some = 20_000
    linger_ms: Annotated[int, Meta(ge=0, le=10_000)] = 20


class Worker:
    """Ties claims, broker and writers together; two workers may hear the same batch, and it is stored once."""

    def __init__(self, database: Database, mqtt: MqttSettings, settings: IngestSettings) -> None:
        """Take note; nothing is opened before `run`."""
        self.counts = Counts()
        self.claims = Claims(database, settings.most_shards, self._serve)
        self._served: frozenset[int] = frozenset()
        # A broker cuts off the older of two clients of one name, so no two workers may ever share theirs.
        client_id = f"lilong-{settings.name}-{secrets.token_hex(4)}"
        plan = MqttPlan(client_id=client_id, topics=(), on_arrival=self._arrived, on_up=self._subscribe)
        self.link = MqttLink(mqtt, plan)
        pace = Pace(most_rows=settings.transaction_rows, linger_s=settings.linger_ms / 1000)
        self._inboxes = [Inbox(settings.inbox_batches) for _ in range(max(settings.writers, 1))]
        self._writers = [
            Writer(database, inbox, self._answer, counts=self.counts, pace=pace, now_ms=_now_ms)
            for inbox in self._inboxes
        ]

    async def run(self) -> None:
        """Serve until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.claims.run(), name="ingest-claims")
            tasks.create_task(self.link.run(), name="ingest-mqtt")
            for at, writer in enumerate(self._writers):
                tasks.create_task(writer.run(), name=f"ingest-writer-{at}")

    def metrics(self) -> Iterator[Metric]:
        """Give what the worker has counted and how it stands."""
        yield from self.counts.metrics()
        yield number("lilong_ingest_shards", "shards served by this worker", len(self.claims.mine))
        yield number("lilong_ingest_unserved", "shards that no worker serves", self.claims.unserved)
        yield number("lilong_ingest_workers", "workers that live", self.claims.workers)
        yield number("lilong_ingest_broker_up", "1 while the broker is connected", self.link.up)
        waiting = {str(at): float(len(inbox)) for at, inbox in enumerate(self._inboxes)}
        yield labelled("lilong_ingest_waiting", "messages waiting for a writer", "writer", waiting)

    # -- what the broker does; all of it on the event loop ---------------------------------------------------------

    def _serve(self, shards: frozenset[int]) -> None:
        """Hear these shards from now on and no others."""
        gone, new = self._served - shards, shards - self._served
        self._served = shards
        for shard in gone:
            self.link.unsubscribe(shard_filter(shard))
        for shard in new:
            self.link.subscribe(shard_filter(shard))

    def _subscribe(self) -> None:
        for shard in self._served:
            self.link.subscribe(shard_filter(shard))

    def _arrived(self, arrival: Arrival) -> None:
        parcel = _parcel(arrival)
        if parcel.up is not None and parcel.up.shard not in self._served:
            self.counts.foreign += 1
            return
        gateway = parcel.up.gateway if parcel.up else ""
        inbox = self._inboxes[zlib.crc32(gateway.encode()) % len(self._inboxes)]
        if not inbox.offer(parcel):
            self.counts.dropped += 1

    def _answer(self, ack: Ack) -> bool:
        return self.link.publish(ack_topic(ack.gateway), encode(ack))


def _parcel(arrival: Arrival) -> Parcel:
    try:
        up = parse_up(arrival.topic)
    except WireError as error:
        return Parcel(topic=arrival.topic, raw=b"", size=len(arrival.payload), up=None, problem=str(error))
    size = len(arrival.payload)
    raw = arrival.payload if size <= MOST_BYTES else b""
    problem = "" if size <= MOST_BYTES else f"expected at most {MOST_BYTES} bytes, got {size}"
    return Parcel(topic=arrival.topic, raw=raw, size=size, up=up, problem=problem)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
