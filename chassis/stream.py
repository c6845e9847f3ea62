"""One screen's stream of server-sent events: each new board, and a heartbeat that a page can hear."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Final

import msgspec
from msgspec import Struct

from chassis.hub import BoardHub
from wire import Board, Link, PlaceId

HEARTBEAT_EVERY_S: Final = 5.0
_LEAST_GAP_S: Final = 0.05
"""In a rush hour a screen gets the newest board twenty times a second, not every one."""


class Heartbeat(Struct, frozen=True, kw_only=True):
    """The server lives and vouches for this board; `page` names the version of the page's files that it serves."""

    at_ms: int
    life: str
    seq: int
    heard_age_ms: int
    page: str


async def board_events(hub: BoardHub, lot: PlaceId, page: str) -> AsyncIterator[bytes]:
    """Give `board` at once and on each change, and `heartbeat` at once and every 5 s, until the screen goes away."""
    clock = asyncio.get_running_loop().time
    turn, told, beat_at_s = 0, Link.DEAD, clock()
    hub.watching += 1
    try:
        while True:
            try:
                async with asyncio.timeout_at(beat_at_s):
                    turn, board = await hub.newer(lot, turn)
            except TimeoutError:
                beat_at_s = clock() + HEARTBEAT_EVERY_S
                if (now := hub.current(lot)) is None:
                    continue
                if now.link is not told:
                    yield _event("board", now)
                yield _event("heartbeat", _heartbeat(now, page))
                told = now.link
            else:
                yield _event("board", board)
                told = board.link
                await asyncio.sleep(_LEAST_GAP_S)
    finally:
        hub.watching -= 1


def _heartbeat(board: Board, page: str) -> Heartbeat:
    return Heartbeat(
        at_ms=int(time.time() * 1000),
        life=board.life,
        seq=board.seq,
        heard_age_ms=board.heard_age_ms or 0,
        page=page,
    )


def _event(name: str, content: Board | Heartbeat) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (name.encode(), msgspec.json.encode(content))
