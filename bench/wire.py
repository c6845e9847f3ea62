"""Measures the wire's codec: bytes an observation and microseconds to encode and decode one."""

import random
import time
from collections.abc import Callable
from functools import partial
from typing import Final

from wire import Batch, Epoch, GatewayId, Rows, Seq, Stream, decode, encode

_SIZES: Final = (20, 500)
_DEVICES: Final = 300


def figures() -> dict[str, float]:
    """Return the figures for parking changes of 300 bays in batches of 20 and of 500."""
    found: dict[str, float] = {}
    for size in _SIZES:
        batch = parking_changes(size)
        raw = encode(batch)
        found[f"batches of {size}: bytes an observation"] = len(raw) / size
        found[f"batches of {size}: us to encode an observation"] = _best(partial(encode, batch)) / size
        found[f"batches of {size}: us to decode an observation"] = _best(partial(decode, raw)) / size
    return found


def parking_changes(count: int, *, gateway: str = "bench-gw1", seed: int = 1) -> Batch:
    """Make a batch of parking changes as 300 sensors with consecutive EUIs send them, thirty a second."""
    chance = random.Random(seed)
    at_ms, times = 1_790_000_000_000, []
    for _ in range(count):
        at_ms += chance.randrange(66)
        times.append(at_ms)
    rows = Rows(
        device=[f"{0x70B3D57ED0000000 + chance.randrange(_DEVICES):016x}" for _ in range(count)],
        property=["parking.occupied"] * count,
        value=[chance.randrange(2) for _ in range(count)],
        at_ms=times,
        trust=[1] * count,
    )
    return Batch(
        gateway=GatewayId(gateway),
        stream=Stream.STATE,
        epoch=Epoch(chance.getrandbits(63)),
        first=Seq(0),
        oldest=Seq(0),
        sent_ms=at_ms,
        rows=rows,
    )


def _best(work: Callable[[], object], rounds: int = 7, repeats: int = 100) -> float:
    """Return the microseconds of the fastest round, which other programs on the machine disturbed least."""
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(repeats):
            work()
        best = min(best, (time.perf_counter() - start) / repeats)
    return best * 1e6
