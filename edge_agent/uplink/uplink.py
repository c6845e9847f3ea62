"""The task that keeps the cloud up to date: hello, batches in flight, acknowledgements, deletions."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from chassis import Arrival, MqttLink, MqttPlan, MqttSettings, Seconds, SecondsOrNone, Will
from edge_agent.clock import SystemClock
from edge_agent.outbox import HeldLane, NotKeptError, Outbox, OutboxDamagedError
from edge_agent.pipeline import Books, Disk
from edge_agent.uplink.greeting import Greeting
from edge_agent.uplink.identity import Enrolment
from edge_agent.uplink.pack import pack
from wire import (
    MOST_ROWS,
    Ack,
    Epoch,
    GatewayId,
    Hello,
    LaneAck,
    LaneHello,
    Seq,
    Stream,
    WireError,
    ack_topic,
    command_topic,
    decode,
    encode,
    status_topic,
    up_topic,
)
from wire import Lane as TopicLane
from wire.sync import Lane, SenderLimits, Slice

log = logging.getLogger(__name__)
_TIDY_EVERY_S: Final = 5.0
BatchRows = Annotated[int, Meta(ge=1, le=MOST_ROWS)]


class UplinkSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the cloud's broker is and how rows are sent to it.

    After an outage the gateway waits by chance up to `spread_s` before it comes back, so that a city's gateways do not
    all arrive at once.
    """

    mqtt: MqttSettings = MqttSettings()
    batch_rows: BatchRows = 500
    linger_s: SecondsOrNone = 0.2
    ack_timeout_s: Seconds = 10.0
    grace_s: SecondsOrNone = 600.0
    hello_every_s: Seconds = 300.0
    spread_s: float = 10.0

    def limits(self) -> SenderLimits:
        """Return what the sender needs of this."""
        return SenderLimits(
            batch_rows=self.batch_rows,
            linger_s=self.linger_s,
            ack_timeout_s=self.ack_timeout_s,
            grace_s=self.grace_s,
        )


class Uplink:
    """Moves rows from the disk to the cloud; decides nothing that `wire.sync.Sender` can decide."""

    def __init__(
        self, settings: UplinkSettings, enrolment: Enrolment, disk: Disk, books: Books, clock: SystemClock
    ) -> None:
        """Take the parts; `run` starts work. `agent` is the version told in the hello."""
        self._settings = settings
        self._gateway = GatewayId(enrolment.gateway)
        self._shard = enrolment.shard
        self._disk, self._books, self._clock = disk, books, clock
        self._acks: asyncio.Queue[LaneAck] = asyncio.Queue(1024)
        self._wake = asyncio.Event()
        self._greet = False
        self._greeting = Greeting(every_s=settings.hello_every_s, answer_within_s=settings.ack_timeout_s)
        self._tidy_at = 0.0
        self._clock_told = False
        self.counts: Counter[str] = Counter()
        self.acked_ms = 0
        self.link = MqttLink(settings.mqtt, self._plan())

    def wake(self) -> None:
        """There may be something to send."""
        self._wake.set()

    async def run(self, agent: str, tell: Callable[[], Mapping[str, int]]) -> None:
        """Send until cancelled; `tell` gives the totals that the hello carries."""
        while True:
            try:
                await self._turn(agent, tell)
            except OutboxDamagedError:
                log.warning("waiting for the pipeline to renew the damaged outbox")
                await asyncio.sleep(1.0)
            except NotKeptError as error:
                log.warning("nothing can be deleted from the outbox at present: %s", error)
                await asyncio.sleep(1.0)

    async def _turn(self, agent: str, tell: Callable[[], Mapping[str, int]]) -> None:
        now = time.monotonic()
        if self._disk.damaged:
            await asyncio.sleep(1.0)
            return
        await self._take_acks(now)
        if self._greet:
            await self._linked(now)
        if self.link.up and now >= self._greeting.due_at:
            await self._hello(agent, tell(), now)
        if now >= self._tidy_at:
            await self._tidy(now)
        await self._send(now)
        await self._pause(now)

    # -- the link --------------------------------------------------------------------------------------------------

    def _plan(self) -> MqttPlan:
        presence = {"gateway": self._gateway, "present": False}
        return MqttPlan(
            client_id=f"lilong-{self._gateway}",
            topics=(ack_topic(self._gateway), command_topic(self._gateway)),
            on_arrival=self._arrived,
            on_up=self._came_up,
            on_down=self._went_down,
            spread_s=self._settings.spread_s,
            will=Will(topic=status_topic(self._gateway), payload=msgspec.json.encode(presence)),
        )

    def _came_up(self) -> None:
        presence = {"gateway": self._gateway, "present": True}
        self.link.publish(status_topic(self._gateway), msgspec.json.encode(presence), retain=True)
        self._greet = True
        self._wake.set()

    def _went_down(self) -> None:
        self._books.sender.unlinked(time.monotonic())

    def _arrived(self, arrival: Arrival) -> None:
        try:
            message = decode(arrival.payload)
        except WireError as error:
            self.counts["refused"] += 1
            log.warning("from the cloud on %s: %s", arrival.topic, error)
            return
        if not isinstance(message, Ack) or message.gateway != self._gateway:
            self.counts["refused"] += 1
            return
        for lane in message.lanes:
            if self._acks.full():  # an acknowledgement is cumulative: the next one says it again
                self.counts["acks_skipped"] += 1
            else:
                self._acks.put_nowait(lane)
        self._wake.set()

    # -- one turn --------------------------------------------------------------------------------------------------

    async def _take_acks(self, now: float) -> None:
        while not self._acks.empty():
            ack = self._acks.get_nowait()
            self.counts["acks"] += 1
            self.acked_ms = self._clock.steady_ms()
            if ack.first < 0:
                self._greeting.answered(now)
            if self._books.sender.acked(ack, now):
                log.error(
                    "the cloud holds numbers of epoch %s that this gateway never gave; a fresh epoch",
                    ack.epoch,
                )
                await self._rotate()
            self._disk.outbox.acked(ack.stream, ack.epoch, ack.next)

    async def _linked(self, now: float) -> None:
        self._greet = False
        if self._books.sender.linked(now):
            log.info("a long outage is over: new rows go first, the backlog follows")
            await self._rotate()
        self._greeting.hurry(now)

    async def _rotate(self) -> None:
        self._books.rotated(await self._disk.run(Outbox.rotate))

    async def _hello(self, agent: str, counts: Mapping[str, int], now: float) -> None:
        await self._tell_clock()
        now_ms, _ = self._clock()
        held = {(lane.stream, lane.epoch): lane for lane in await self._disk.run(Outbox.lanes)}
        hello = Hello(
            gateway=self._gateway,
            sent_ms=now_ms,
            synced=self._clock.synced,
            agent=agent,
            lanes=tuple(
                self._lane_hello(stream, epoch, held.get((stream, epoch)))
                for stream, epoch in self._lane_keys()
            ),
            clocks=tuple(await self._disk.run(Outbox.clocks)),
            counts=dict(counts),
        )
        self.link.publish(up_topic(self._shard, self._gateway, TopicLane.HELLO), encode(hello))
        self._greeting.said(now)

    def _lane_keys(self) -> list[tuple[Stream, Epoch]]:
        return [(lane.stream, lane.epoch) for lane in self._books.sender.lanes()]

    def _lane_hello(self, stream: Stream, epoch: Epoch, held: HeldLane | None) -> LaneHello:
        lane = next(
            lane for lane in self._books.sender.lanes() if (lane.stream, lane.epoch) == (stream, epoch)
        )
        return LaneHello(
            stream=stream,
            epoch=epoch,
            oldest=Seq(lane.oldest),
            next=Seq(lane.next),
            closed=lane.closed,
            oldest_ms=held.oldest_ms if held else 0,
        )

    async def _tell_clock(self) -> None:
        """Once the clock is known, let the disk repair the times that this boot took before."""
        offset_ms = self._clock.boot_offset_ms()
        if offset_ms is not None and not self._clock_told:
            await self._disk.run(Outbox.set_clock, self._clock.boot, offset_ms)
            self._clock_told = True

    async def _tidy(self, now: float) -> None:
        """Delete what the cloud has had for long enough, and notice the moment in which the clock is set."""
        self._tidy_at = now + _TIDY_EVERY_S
        if self._clock.synced and not self._clock_told:
            self._greeting.hurry(now)
        sender = self._books.sender
        for done in sender.expired(now):
            await self._disk.run(Outbox.drop, done.stream, done.epoch, done.below)
            sender.trimmed(done.stream, done.epoch, done.below)
        for lane in list(sender.lanes()):
            await self._hurry(lane)
        for stream, epoch in sender.forget():
            more = await self._disk.run(Outbox.forget, stream, epoch)
            if more is not None:
                self._books.take_up(more)

    async def _hurry(self, lane: Lane) -> None:
        """Rows and gaps behind a damaged place must not wait until the rows before it are no longer kept for safety."""
        ended = lane.closed and lane.committed == lane.next > lane.oldest
        if ended and self._disk.outbox.beyond(lane.stream, lane.epoch):
            end = Seq(lane.next)
            await self._disk.run(Outbox.drop, lane.stream, lane.epoch, end)
            self._books.sender.trimmed(lane.stream, lane.epoch, end)

    async def _send(self, now: float) -> None:
        for part in self._books.sender.due(now):
            now_ms, _ = self._clock()
            try:
                raw, end = await self._disk.run(pack, part, self._gateway, now_ms)
            except (
                LookupError
            ):  # rows of it were given up for space a moment ago: the sender is just being told
                self._books.sender.withdraw(part)
                continue
            if end < part.end:
                self._books.sender.shorten(part, end, now)
            self._publish(part, raw, end)

    def _publish(self, part: Slice, raw: bytes, end: Seq) -> None:
        if self.link.publish(up_topic(self._shard, self._gateway, part.stream), raw):
            self.counts["batches"] += 1
            self.counts["rows"] += end - part.first
            self.counts["bytes"] += len(raw)

    async def _pause(self, now: float) -> None:
        due = min(self._books.sender.wake_at(now), self._tidy_at)
        if self.link.up:
            due = min(due, self._greeting.due_at)
        try:
            async with asyncio.timeout(max(0.0, due - time.monotonic())):
                await self._wake.wait()
        except TimeoutError:
            pass
        self._wake.clear()
