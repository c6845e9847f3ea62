"""A board is put when something that a screen shows has changed, and goes stale when nothing can be heard."""

from chassis import BoardHub
from edge_agent.board import BoardKeeper
from edge_agent.clock import ClockTrust, SystemClock
from edge_agent.rules import BayRule, Sighting
from wire import Bay, BayId, Board, DeviceId, Floor, Level, Link, Lot, Place, PlaceId, SitePlan, Words

NAME = Words(zh="车库", en="Garage")
SENSOR, BAY, LOT = DeviceId("a"), BayId("B1-001"), PlaceId("p1")
PLAN = SitePlan(
    id=PlaceId("c7"),
    name=NAME,
    areas=(Place(id=PlaceId("310106-c7"), level=Level.COMMUNITY, name=NAME),),
    lots=(
        Lot(
            id=LOT,
            name=NAME,
            floors=(
                Floor(
                    id=PlaceId("b1"), name=NAME, bays=(Bay(id=BAY, device=SENSOR), Bay(id=BayId("B1-002")))
                ),
            ),
        ),
    ),
)


class Site:
    """A keeper with its hub, and ears that a test can close."""

    def __init__(self) -> None:
        self.deaf_ms = 0
        self.clock = SystemClock(ClockTrust.ALWAYS)
        self.rule = BayRule({SENSOR: BAY})
        self.hub = BoardHub()
        self.keeper = BoardKeeper(PLAN, self.rule, self.clock, self.hub, lambda: self.deaf_ms)

    def board(self) -> Board:
        board = self.hub.current(LOT)
        assert board is not None
        return board

    def sight(self, *, occupied: bool) -> None:
        now_ms = self.clock.steady_ms()
        self.rule.sighted(SENSOR, Sighting(occupied=occupied, at_ms=now_ms, now_ms=now_ms, silent_after_s=60))
        self.keeper.refresh()


def test_a_first_board_is_there_at_once_and_knows_nothing() -> None:
    board = Site().board()
    assert (board.count.free, board.count.occupied, board.count.unknown) == (0, 0, 2)


def test_a_change_puts_a_new_board() -> None:
    site = Site()
    first = site.board()
    site.sight(occupied=False)
    board = site.board()
    assert (board.count.free, board.count.unknown) == (1, 1)
    assert (board.life, board.seq) == (first.life, first.seq + 1)


def test_nothing_new_puts_no_board() -> None:
    site = Site()
    seq = site.board().seq
    site.keeper.refresh()
    assert site.board().seq == seq


def test_deaf_ears_make_a_board_stale_then_dead() -> None:
    site = Site()
    site.sight(occupied=False)
    for deaf_ms, link in ((14_999, Link.LIVE), (15_000, Link.STALE), (300_000, Link.DEAD), (0, Link.LIVE)):
        site.deaf_ms = deaf_ms
        site.keeper.refresh()
        assert site.board().link is link


def test_two_lives_of_a_gateway_are_told_apart() -> None:
    assert Site().board().life != Site().board().life
