"""Waiting in tests until something is so, with a deadline instead of a fixed sleep."""

import asyncio
import time
from collections.abc import Callable


async def until(so: Callable[[], object], within_s: float = 20.0, what: str = "") -> None:
    """Return as soon as `so()` is true; fail after `within_s`."""
    deadline = time.monotonic() + within_s
    while not so():
        assert time.monotonic() < deadline, f"not so within {within_s:g} s: {what or so}"
        await asyncio.sleep(0.01)
