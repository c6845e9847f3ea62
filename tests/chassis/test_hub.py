"""The hub hands out boards with their age, wakes who waits, and remembers what screens show."""

import asyncio

import pytest
from msgspec.structs import replace

from chassis import BoardHub, Rendered
from tests.until import until
from wire import Board, Count, Link, PlaceId, Words

LOT = PlaceId("lot-1")
BOARD = Board(
    lot=LOT,
    name=Words(zh="车库", en="Garage"),
    life="a",
    seq=1,
    at_ms=5_000,
    heard_ms=2_000,
    heard_age_ms=10_000,
    link=Link.LIVE,
    count=Count(total=0, free=0, occupied=0, unknown=0),
    floors=(),
)


class Seconds:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def shown(hub: BoardHub) -> Board:
    board = hub.current(LOT)
    assert board is not None
    return board


def test_a_board_grows_older_while_it_lies_there() -> None:
    clock = Seconds()
    hub = BoardHub(clock=clock)
    hub.put(BOARD)
    clock.now += 2.5
    assert shown(hub) == replace(BOARD, heard_age_ms=12_500)


@pytest.mark.parametrize(("heard_ms", "age_ms"), [(2_000, 3_000), (9_000, 0)])
def test_a_board_without_an_age_takes_the_difference_of_its_times(heard_ms: int, age_ms: int) -> None:
    hub = BoardHub(clock=Seconds())
    hub.put(replace(BOARD, heard_age_ms=None, heard_ms=heard_ms))
    assert shown(hub).heard_age_ms == age_ms


def test_there_is_no_board_of_an_unknown_lot() -> None:
    hub = BoardHub()
    assert (hub.current(LOT), list(hub.lots())) == (None, [])
    hub.put(BOARD)
    assert list(hub.lots()) == [LOT]


def test_a_board_that_nobody_vouches_for_is_stale() -> None:
    clock = Seconds()
    hub = BoardHub(vouched_s=15, clock=clock)
    hub.put(BOARD)
    clock.now += 15
    assert shown(hub).link is Link.LIVE
    clock.now += 1
    assert shown(hub).link is Link.STALE
    hub.put(BOARD)
    assert shown(hub).link is Link.LIVE
    hub.put(replace(BOARD, link=Link.DEAD))
    clock.now += 100
    assert shown(hub).link is Link.DEAD


async def _woken_by(second: Board) -> bool:
    hub = BoardHub()
    hub.put(BOARD)
    turn, first = await hub.newer(LOT, 0)
    assert first.seq == 1
    waiting = asyncio.create_task(hub.newer(LOT, turn))
    await asyncio.sleep(0)
    hub.put(replace(BOARD, lot=PlaceId("other")))
    hub.put(second)
    for _ in range(5):
        await asyncio.sleep(0)
    woken = waiting.done()
    waiting.cancel()
    return woken


@pytest.mark.parametrize(
    ("second", "woken"),
    [
        (BOARD, False),
        (replace(BOARD, heard_age_ms=0, at_ms=9_000), False),
        (replace(BOARD, seq=2), True),
        (replace(BOARD, seq=0), True),
        (replace(BOARD, life="b"), True),
        (replace(BOARD, link=Link.STALE), True),
    ],
)
def test_screens_wake_for_another_board_only(second: Board, woken: bool) -> None:
    assert asyncio.run(_woken_by(second)) is woken


def test_a_screen_may_wait_for_a_lot_s_first_board() -> None:
    async def first() -> Board:
        hub = BoardHub()
        waiting = asyncio.create_task(hub.newer(LOT, 0))
        await asyncio.sleep(0)
        hub.put(BOARD)
        await until(waiting.done)
        return waiting.result()[1]

    assert asyncio.run(first()).seq == 1


def test_the_screen_silent_longest_is_forgotten_first() -> None:
    hub = BoardHub()
    for number in range(256):
        hub.note(LOT, f"s{number}", Rendered(life="a", seq=1, show="live", at_ms=number))
    hub.note(LOT, "s0", Rendered(life="a", seq=2, show="live", at_ms=300))
    assert len(hub.rendered) == 256
    hub.note(LOT, "new", Rendered(life="a", seq=1, show="live", at_ms=301))
    assert len(hub.rendered) == 256
    assert (LOT, "s1") not in hub.rendered
    assert hub.rendered[LOT, "s0"].seq == 2
