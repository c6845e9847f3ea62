"""Measures ingest: rows a second from encoded batches to committed, many batches in a transaction against one."""

import asyncio
import random
import tempfile
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from cloud_ingest.ingest.counts import Counts
from cloud_ingest.ingest.inbox import Inbox, Parcel
from cloud_ingest.ingest.writer import Pace, Writer
from cloud_ingest.store import Database, Retention, keep_house, migrate
from cloud_ingest.store.embedded import EmbeddedPostgres
from wire import Batch, Epoch, GatewayId, Rows, Seq, Stream, encode, parse_up, up_topic

_GATEWAYS: Final = 40
_DEVICES: Final = 300
_DAY_MS: Final = 86_400_000


class _Load(Struct, frozen=True, kw_only=True):
    """What is sent: batches of so many rows, so many of each gateway, to so many writers."""

    rows: int
    batches: int
    writers: int
    coalesced: bool


def figures() -> dict[str, float]:
    """Return rows a second into a PostgreSQL with fsync, in large and in small batches, together and one by one."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder)) as server:
        asyncio.run(_prepare(server.url))
        asyncio.run(_run(server.url, _Load(rows=500, batches=5, writers=2, coalesced=True)))  # warms up
        large = _Load(rows=500, batches=25, writers=2, coalesced=True)
        found: dict[str, float] = {}
        found |= _compare(server.url, "batches of 500", large, 5)
        found |= _compare(
            server.url, "batches of 20", _Load(rows=20, batches=60, writers=2, coalesced=True), 12
        )
        return found


def _compare(url: str, name: str, together: _Load, batches: int) -> dict[str, float]:
    """Measure a load with many batches in a transaction, and a part of it with one."""
    alone = _Load(rows=together.rows, batches=batches, writers=together.writers, coalesced=False)
    fast, cpu_us = asyncio.run(_run(url, together))
    slow, _ = asyncio.run(_run(url, alone))
    return {
        f"{name}, many in a transaction: rows/s": fast,
        f"{name}, one in a transaction: rows/s": slow,
        f"{name}, many against one: times": fast / slow,
        f"{name}, many in a transaction: worker's CPU us a row": cpu_us,
    }


async def _prepare(url: str) -> None:
    async with await Database(url).open() as conn:
        await migrate(conn)
        await keep_house(conn, Retention(), _now_ms)


async def _run(url: str, load: _Load) -> tuple[float, float]:
    """Return rows a second and the worker's CPU microseconds a row."""
    counts, done, parcels = Counts(), asyncio.Event(), _parcels(load)
    wanted = load.rows * len(parcels)
    inboxes = [Inbox(len(parcels)) for _ in range(load.writers)]
    for parcel in parcels:
        assert parcel.up is not None
        assert inboxes[zlib.crc32(parcel.up.gateway.encode()) % load.writers].offer(parcel)
    pace = Pace() if load.coalesced else Pace(most_rows=1, linger_s=0.0)

    def answer(_: object) -> bool:
        if counts.rows >= wanted:
            done.set()
        return True

    writers = [
        Writer(Database(url), inbox, answer, counts=counts, pace=pace, now_ms=_now_ms) for inbox in inboxes
    ]
    started, cpu = time.perf_counter(), time.process_time()
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(writer.run(), name="writer") for writer in writers]
        await done.wait()
        took, used = time.perf_counter() - started, time.process_time() - cpu
        for task in running:
            task.cancel()
    return wanted / took, used / wanted * 1e6


def _parcels(load: _Load) -> Sequence[Parcel]:
    """Parking changes of many gateways at the same time, each gateway's in order."""
    chance, epoch, now_ms = random.Random(1), Epoch(random.getrandbits(62)), _now_ms()
    found = []
    for number in range(load.batches):
        for at in range(_GATEWAYS):
            gateway = GatewayId(f"gw-{at:03d}")
            first = Seq(number * load.rows)
            times = sorted(now_ms - _DAY_MS // 24 + chance.randrange(60_000) for _ in range(load.rows))
            batch = Batch(
                gateway=gateway,
                stream=Stream.STATE,
                epoch=epoch,
                first=first,
                oldest=Seq(0),
                sent_ms=now_ms,
                rows=Rows(
                    device=[f"{gateway}/bay-{chance.randrange(_DEVICES):03d}" for _ in times],
                    property=["parking.occupied"] * load.rows,
                    value=[chance.randrange(2) for _ in times],
                    at_ms=times,
                    trust=[0] * load.rows,
                ),
            )
            topic, raw = up_topic(at % 64, gateway, Stream.STATE), encode(batch)
            found.append(Parcel(topic=topic, raw=raw, size=len(raw), up=parse_up(topic)))
    return found


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
