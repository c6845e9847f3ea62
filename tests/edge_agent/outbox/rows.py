"""Observations and slices as the outbox's tests make them."""

import sqlite3
from pathlib import Path

from edge_agent.outbox import Entry, HeldLane, Outbox
from wire import DeviceId, Epoch, Observation, PropertyName, Rows, Seq, Stream, TimeTrust, Value
from wire.sync import Slice

AT_MS = 1_790_000_000_000


def row(number: int, value: Value = 1, trust: TimeTrust = TimeTrust.SYNCED) -> Observation:
    return Observation(
        device=DeviceId(f"eui-{number % 7}"),
        property=PropertyName("occupied"),
        value=value,
        at_ms=AT_MS + number,
        trust=trust,
    )


def entry(number: int, stream: Stream = Stream.STATE, value: Value = 1) -> Entry:
    return Entry(identity=f"reading {number}".encode(), rows=((stream, row(number, value)),))


def live(outbox: Outbox, stream: Stream = Stream.STATE) -> HeldLane:
    return next(lane for lane in outbox.lanes() if lane.stream == stream and not lane.closed)


def read(outbox: Outbox, stream: Stream, epoch: Epoch, first: int, end: int) -> Rows:
    part = Slice(
        stream=stream, epoch=epoch, first=Seq(first), end=Seq(end), oldest=Seq(first), backfill=False
    )
    return outbox.read(part)


def held(outbox: Outbox, lane: HeldLane) -> list[Observation]:
    return list(read(outbox, lane.stream, lane.epoch, lane.oldest, lane.next).observations())


def everything(outbox: Outbox) -> list[Observation]:
    return [found for lane in outbox.lanes() for found in held(outbox, lane)]


def drained(outbox: Outbox) -> dict[tuple[Stream, Epoch], list[int]]:
    """Read, drop and forget every closed lane as a sender would; return the numbers that came."""
    came: dict[tuple[Stream, Epoch], list[int]] = {}
    waiting = [lane for lane in outbox.lanes() if lane.closed]
    while waiting:
        lane = waiting.pop()
        rows = held(outbox, lane)
        assert len(rows) == lane.next - lane.oldest
        came.setdefault((lane.stream, lane.epoch), []).extend(range(lane.oldest, lane.next))
        outbox.drop(lane.stream, lane.epoch, lane.next)
        rest = outbox.forget(lane.stream, lane.epoch)
        waiting += [rest] if rest is not None else []
    assert all(not lane.closed for lane in outbox.lanes())
    return came


def spoil(path: Path, key_offset: int) -> None:
    """Flip a byte within the n-th block of the state stream."""
    conn = sqlite3.connect(path)
    keys = [key for (key,) in conn.execute("SELECT id FROM block_state ORDER BY id")]
    raw = bytearray(
        conn.execute("SELECT rows FROM block_state WHERE id = ?", (keys[key_offset],)).fetchone()[0]
    )
    raw[len(raw) // 2] ^= 0x10
    conn.execute("UPDATE block_state SET rows = ? WHERE id = ?", (bytes(raw), keys[key_offset]))
    conn.commit()
    conn.close()
