"""Measures the outbox: observations a second, bytes on the card, and how that compares with a commit a row."""

import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from edge_agent.outbox import Entry, Outbox
from wire import Batch, DeviceId, GatewayId, Observation, PropertyName, Seq, Stream, encode
from wire.sync import Slice

_SIZES = (1, 6, 20, 200, 500)
_DEVICES = 300
_ROWS = 100_000


def figures() -> dict[str, float]:
    """Return the figures; the card to be measured is where `TMPDIR` points."""
    with tempfile.TemporaryDirectory() as folder:
        return _figures(Path(folder), _ROWS)


def _figures(folder: Path, rows: int) -> dict[str, float]:
    figures: dict[str, float] = {}
    for size in _SIZES:
        count = rows if size >= 200 else min(rows, 1500 * size)
        path = folder / f"by-{size}.db"
        rate, written, held = _write(path, count, size)
        figures[f"commits of {size}: observations a second"] = rate
        figures[f"commits of {size}: bytes written an observation"] = written
        figures[f"commits of {size}: bytes held an observation"] = held
        figures[f"commits of {size}: read and encoded a second"] = _drain(path)
    figures["72 hours of 30 a second in commits of 6: MB"] = (
        figures["commits of 6: bytes held an observation"] * 72 * 3600 * 30 / 1e6
    )
    for what in ("observations a second", "bytes written an observation"):
        ratio = figures[f"commits of 200: {what}"] / figures[f"commits of 1: {what}"]
        figures[f"{what}: 200 against a commit a row"] = ratio
    return figures


def _write(path: Path, count: int, size: int) -> tuple[float, float, float]:
    """Return observations a second, bytes written and bytes held, an observation."""
    groups = list(_groups(count, size))
    outbox = Outbox.open(path, boot="bench")
    before, start = _written(), time.perf_counter()
    for at, group in enumerate(groups):
        outbox.commit(group, now_s=float(at))
    took, written = time.perf_counter() - start, _written() - before
    held = outbox.bytes_used()
    outbox.close()
    return count / took, written / count, held / count


def _drain(path: Path) -> float:
    """Return rows read back as batches of 500 and encoded for the wire, a second."""
    outbox = Outbox.open(path, boot="bench")
    lane = next(lane for lane in outbox.lanes() if lane.next > lane.oldest)
    start = time.perf_counter()
    for first in range(lane.oldest, lane.next, 500):
        end = min(lane.next, first + 500)
        part = Slice(
            stream=lane.stream,
            epoch=lane.epoch,
            first=Seq(first),
            end=Seq(end),
            oldest=lane.oldest,
            backfill=True,
        )
        rows = outbox.read(part)
        encode(
            Batch(
                gateway=GatewayId("bench"),
                stream=lane.stream,
                epoch=lane.epoch,
                first=Seq(first),
                oldest=lane.oldest,
                sent_ms=0,
                rows=rows,
                backfill=True,
            )
        )
    took = time.perf_counter() - start
    outbox.close()
    return (lane.next - lane.oldest) / took


def _groups(count: int, size: int) -> Iterator[list[Entry]]:
    """Give parking changes of 300 bays, thirty a second, each with an identity."""
    chance = random.Random(1)
    at_ms = 1_790_000_000_000
    for first in range(0, count, size):
        group = []
        for number in range(first, min(count, first + size)):
            at_ms += chance.randrange(66)
            row = Observation(
                device=DeviceId(f"eui-{0x70B3D50000000000 + chance.randrange(_DEVICES):016x}"),
                property=PropertyName("occupied"),
                value=chance.randrange(2),
                at_ms=at_ms,
            )
            group.append(Entry(identity=b"%d" % number, rows=((Stream.STATE, row),)))
        yield group


def _written() -> int:
    """Return the bytes that this process has had written to the disk so far."""
    lines = Path("/proc/self/io").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("write_bytes"))
