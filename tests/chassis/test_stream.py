"""A screen's stream: the board at once, each change, a heartbeat that is always a named event."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, cast

import msgspec
import pytest
from msgspec.structs import replace

from chassis import BoardHub, stream
from tests.chassis.test_hub import BOARD, LOT, Seconds
from wire import Link

Events = AsyncGenerator[bytes, None]


def _read(event: bytes) -> tuple[str, dict[str, Any]]:
    name, data, *rest = event.split(b"\n")
    assert rest == [b"", b""]
    assert (name[:7], data[:6]) == (b"event: ", b"data: ")
    return name[7:].decode(), msgspec.json.decode(data[6:], type=dict[str, Any])


async def _next(events: Events) -> tuple[str, dict[str, Any]]:
    async with asyncio.timeout(10):
        return _read(await anext(events))


def _events(hub: BoardHub) -> Events:
    return cast(Events, stream.board_events(hub, LOT, "v1"))


def test_board_and_heartbeat_come_at_once_and_boards_on_change() -> None:
    async def watch() -> None:
        hub = BoardHub(clock=Seconds())
        hub.put(BOARD)
        async with aclosing(_events(hub)) as events:
            name, board = await _next(events)
            assert (name, board["seq"], board["link"]) == ("board", 1, "live")
            assert hub.watching == 1
            name, beat = await _next(events)
            assert (name, beat["life"], beat["seq"], beat["page"]) == ("heartbeat", "a", 1, "v1")
            assert (beat["heard_age_ms"], beat["at_ms"] > 0) == (10_000, True)
            hub.put(replace(BOARD, seq=2))
            name, board = await _next(events)
            assert (name, board["seq"]) == ("board", 2)
        assert hub.watching == 0

    asyncio.run(watch())


def test_heartbeats_go_on_and_a_board_that_grew_stale_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_EVERY_S", 0.01)

    async def watch() -> list[tuple[str, str]]:
        clock = Seconds()
        hub = BoardHub(vouched_s=15, clock=clock)
        hub.put(BOARD)
        async with aclosing(_events(hub)) as events:
            seen = [await _next(events) for _ in range(3)]
            clock.now += 20
            seen += [await _next(events) for _ in range(3)]
        return [(name, said.get("link", "")) for name, said in seen]

    beat = ("heartbeat", "")
    told = asyncio.run(watch())
    assert told[:3] == [("board", "live"), beat, beat]
    assert told[3:] == [("board", Link.STALE), beat, beat]


def test_of_many_changes_a_screen_gets_the_newest() -> None:
    async def watch() -> int:
        hub = BoardHub()
        hub.put(BOARD)
        async with aclosing(_events(hub)) as events:
            await _next(events)
            for seq in range(2, 500):
                hub.put(replace(BOARD, seq=seq))
            name, board = await _next(events)
            while name != "board":
                name, board = await _next(events)
        return int(board["seq"])

    assert asyncio.run(watch()) == 499
