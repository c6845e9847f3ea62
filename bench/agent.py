"""Measures a whole gateway as a process: memory, idle CPU, and how fast a backlog reaches a real PostgreSQL."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psutil

from demo.estate import build_garage
from demo.stage import Changes, Stage
from edge_agent.outbox import Entry, Outbox
from wire import DeviceId, Observation, PropertyName, Stream, TimeTrust

_BACKLOG: Final = 150_000
_IDLE_S: Final = 20.0
_SETTLE_S: Final = 3.0
_DRAIN_WITHIN_S: Final = 120.0


def figures() -> dict[str, float]:
    """Return the figures of an idle gateway and of one that comes back with a backlog."""
    return asyncio.run(_idle()) | asyncio.run(_backlog(_BACKLOG))


async def _idle() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        async with Stage(Path(name), build_garage(bays=300)) as stage:
            await stage.start()
            process = psutil.Process(stage.agent.process_id)
            await asyncio.sleep(_SETTLE_S)
            share = await _cpu_share(process)
            return {"idle: MB resident": _resident_mb(process), "idle: % of one core": share}


async def _backlog(rows: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with Stage(folder, build_garage(bays=300)) as stage:
            _fill(folder / "outbox.db", rows)
            stage.write_agent(Changes())
            await stage.do(stage.devices_broker.start)
            await stage.start_agent()
            process = psutil.Process(stage.agent.process_id)
            await asyncio.sleep(_SETTLE_S)
            waiting_mb, share = _resident_mb(process), await _cpu_share(process)
            took = await _drain(stage, rows)
            return {
                f"{rows} rows waiting: MB resident": waiting_mb,
                f"{rows} rows waiting: % of one core": share,
                f"{rows} rows waiting: seconds to drain": took,
                f"{rows} rows waiting: rows drained a second": rows / took,
                "after draining: MB resident": _resident_mb(process),
            }


async def _drain(stage: Stage, rows: int) -> float:
    """Start the cloud's side and return the seconds from the first acknowledged row to the last."""
    await stage.do(stage.postgres.start)
    stage.write_cloud(Changes())
    await stage.do(stage.uplink_broker.start)
    await stage.do(stage.cloud.start)
    await stage.cloud_ready()
    began: float | None = None
    deadline = time.monotonic() + _DRAIN_WITHIN_S
    while time.monotonic() < deadline:
        waiting = await asyncio.to_thread(_waiting, stage)
        if began is None and waiting < rows:
            began = time.monotonic()
        if waiting == 0 and began is not None:
            return time.monotonic() - began
        await asyncio.sleep(0.02)
    raise SystemExit(f"{_waiting(stage)} of {rows} rows were still waiting after {_DRAIN_WITHIN_S:g} s")


def _waiting(stage: Stage) -> int:
    lanes = stage.account().get("lanes", [])
    return sum(lane["waiting"] for lane in lanes) if isinstance(lanes, list) else 0


async def _cpu_share(process: psutil.Process) -> float:
    before, start = sum(process.cpu_times()[:2]), time.monotonic()
    await asyncio.sleep(_IDLE_S)
    return 100 * (sum(process.cpu_times()[:2]) - before) / (time.monotonic() - start)


def _resident_mb(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 1e6


def _fill(path: Path, rows: int) -> None:
    """Leave an outbox as a gateway that was offline for a while leaves it: a thousand rows a commit."""
    outbox = Outbox.open(path, boot="bench")
    at_ms = time.time_ns() // 1_000_000 - rows * 33
    for first in range(0, rows, 1000):
        outbox.commit(list(_entries(first, min(rows, first + 1000), at_ms)), now_s=float(first))
    outbox.close()


def _entries(first: int, end: int, at_ms: int) -> Iterator[Entry]:
    for number in range(first, end):
        row = Observation(
            device=DeviceId(f"{0x70B3D57ED0000000 + number % 300:016x}"),
            property=PropertyName("parking.occupied"),
            value=number // 300 % 2,
            at_ms=at_ms + number * 33,
            trust=TimeTrust.DEVICE,
        )
        yield Entry(rows=((Stream.STATE, row),))
