"""Batches and hellos as gateways send them, and the numbers that tell whether each row came once."""

from collections.abc import Sequence

from cloud_ingest.ingest.inbox import Parcel
from tests.cloud_ingest.engine import query
from wire import (
    Batch,
    BootClock,
    Epoch,
    Gap,
    GatewayId,
    Hello,
    Lane,
    LaneHello,
    Rows,
    Seq,
    Stream,
    Value,
    encode,
    parse_up,
    up_topic,
)

DAY_MS = 86_400_000
NOON_MS = 1_763_812_800_000
"""2025-11-22T12:00:00Z."""


def batch(
    gateway: str = "gw-1",
    *,
    first: int = 0,
    count: int = 10,
    oldest: int = 0,
    epoch: int = 7,
    stream: Stream = Stream.STATE,
    at_ms: int = NOON_MS,
    values: Sequence[Value] | None = None,
    prop: str = "parking.occupied",
    trust: int = 0,
    gaps: tuple[Gap, ...] = (),
) -> Batch:
    """Give a batch whose row `seq` was taken `seq` seconds after `at_ms` and has `seq` as its value."""
    numbers = range(first, first + count)
    rows = Rows(
        device=[f"{gateway}/bay-{number % 3}" for number in numbers],
        property=[prop] * count,
        value=list(numbers) if values is None else values,
        at_ms=[at_ms + number * 1000 for number in numbers],
        trust=[trust] * count,
    )
    return Batch(
        gateway=GatewayId(gateway),
        stream=stream,
        epoch=Epoch(epoch),
        first=Seq(first),
        oldest=Seq(oldest),
        sent_ms=at_ms + count * 1000,
        rows=rows,
        gaps=gaps,
    )


def hello(
    gateway: str = "gw-1",
    *,
    lanes: Sequence[tuple[int, int, int]] = (),
    clocks: Sequence[tuple[int, int]] = (),
    closed: bool = False,
) -> Hello:
    """Give a hello of state lanes (epoch, oldest, next) and boot offsets (epoch, ms)."""
    return Hello(
        gateway=GatewayId(gateway),
        sent_ms=NOON_MS,
        synced=True,
        agent="lilong 0.1.0",
        lanes=tuple(
            LaneHello(
                stream=Stream.STATE, epoch=Epoch(epoch), oldest=Seq(oldest), next=Seq(next_), closed=closed
            )
            for epoch, oldest, next_ in lanes
        ),
        clocks=tuple(BootClock(epoch=Epoch(epoch), offset_ms=offset) for epoch, offset in clocks),
        counts={"heard": 3},
    )


def parcel(message: Batch | Hello, *, topic: str = "", raw: bytes | None = None) -> Parcel:
    """Give a message as it arrives on its own topic, or another one, or as other bytes."""
    lane = message.stream if isinstance(message, Batch) else Lane.HELLO
    named = topic or up_topic(5, message.gateway, lane)
    found = encode(message) if raw is None else raw
    return Parcel(topic=named, raw=found, size=len(found), up=parse_up(named))


def seqs(url: str, gateway: str, epoch: int = 7) -> list[int]:
    """Return the numbers that the database holds of a gateway's epoch, sorted, repeats and all."""
    text = """SELECT seq FROM observation JOIN gateway ON gateway.id = gateway
              WHERE name = %s AND epoch = %s ORDER BY seq"""
    return [row[0] for row in query(url, text, gateway, epoch)]
