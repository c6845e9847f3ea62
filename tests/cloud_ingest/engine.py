"""Asks a real PostgreSQL what it holds, and waits for what it should hold."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import psycopg

PATIENCE_S = 30.0


def query(url: str, text: str, *values: object) -> list[tuple[Any, ...]]:
    """Run one statement and return its rows; none where it gives none."""
    with psycopg.connect(url, autocommit=True, connect_timeout=10) as conn:
        cursor = conn.execute(text.encode(), values or None)
        return cursor.fetchall() if cursor.description else []


def scalar(url: str, text: str, *values: object) -> Any:
    """Return the one value that a query gives."""
    return query(url, text, *values)[0][0]


async def until(true: Callable[[], object], what: str = "", within_s: float = PATIENCE_S) -> None:
    """Wait until something is true, and fail with its name if it does not come true."""
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, f"still not after {within_s:.0f} s: {what or true}"
        await asyncio.sleep(0.02)
