"""A board is shown again when something about it changed, with a number that only rises."""

from hypothesis import given
from hypothesis import strategies as st

from cloud_ingest.board.freshness import Freshness
from cloud_ingest.board.shown import ShownLots
from tests.cloud_ingest.board.facts import lot_facts
from wire import Board, Count, Link, PlaceId

T0 = 1_700_000_000_000
LIMITS = Freshness()


class Watched(ShownLots):
    """Lots with a screen before them."""

    _seen = 0

    def new(self, now_ms: int) -> list[Board]:
        """Give the boards that the screen has not shown yet."""
        boards = [*self.changed(now_ms), *self.aged(now_ms)]
        fresh = [board for board in boards if board.seq > self._seen]
        self._seen = max([self._seen, *(board.seq for board in fresh)])
        return fresh


def test_a_board_is_shown_once_and_again_only_after_a_change() -> None:
    lots = Watched(LIMITS, life="life")
    lots.learn([lot_facts(read_ms=T0, heard_ms=T0, a="free")])
    (first,) = lots.new(T0)
    assert (first.seq, first.life, first.link) == (1, "life", Link.LIVE)
    assert first.count == Count(total=3, free=1, occupied=0, unknown=2)
    assert lots.new(T0 + 100) == []
    lots.learn([lot_facts(read_ms=T0 + 200, heard_ms=T0, a="free")])
    assert lots.new(T0 + 200) == []
    lots.learn([lot_facts(read_ms=T0 + 300, heard_ms=T0 + 300, a="occupied")])
    (second,) = lots.new(T0 + 300)
    assert second.seq == 2
    assert second.count == Count(total=3, free=0, occupied=1, unknown=2)


def test_a_board_that_did_not_change_keeps_its_number_and_gets_its_age() -> None:
    lots = Watched(LIMITS)
    lots.learn([lot_facts(read_ms=T0, heard_ms=T0)])
    (first,) = lots.changed(T0)
    lots.learn([lot_facts(read_ms=T0 + 9_000, heard_ms=T0 + 8_000)])
    (second,) = lots.aged(T0 + 9_000)
    assert (second.seq, second.heard_ms, second.at_ms) == (first.seq, T0 + 8_000, T0 + 9_000)


def test_a_silent_gateway_turns_the_board_stale_then_dead_with_nothing_else_happening() -> None:
    lots = Watched(LIMITS)
    lots.learn([lot_facts(read_ms=T0 + 800_000, heard_ms=T0, a="free")])
    links = []
    for second in range(0, 800, 10):
        links += [(second, board.link, board.count.free) for board in lots.new(T0 + second * 1000)]
    assert links == [(0, Link.LIVE, 1), (370, Link.STALE, 1), (670, Link.DEAD, 0)]


def test_a_database_that_is_not_read_makes_the_board_stale() -> None:
    lots = Watched(LIMITS)
    lots.learn([lot_facts(read_ms=T0, heard_ms=T0, a="free")])
    assert [board.link for board in lots.new(T0)] == [Link.LIVE]
    assert lots.new(T0 + 30_000) == []
    assert [board.link for board in lots.new(T0 + 30_001)] == [Link.STALE]


def test_a_lot_that_a_plan_no_longer_names_is_dead_and_then_forgotten() -> None:
    lots = Watched(LIMITS)
    lots.learn([lot_facts("one", read_ms=T0, heard_ms=T0, a="free"), lot_facts("two", read_ms=T0)])
    lots.new(T0)
    lots.keep([PlaceId("two")])
    (gone,) = lots.new(T0)
    assert (gone.lot, gone.link, gone.count.free) == ("one", Link.DEAD, 0)
    lots.keep([PlaceId("two")])
    assert [board.lot for board in lots.aged(T0 + 5_000)] == ["two"]


def test_a_board_that_did_not_change_is_vouched_for_every_five_seconds() -> None:
    lots = Watched(LIMITS)
    lots.learn([lot_facts(read_ms=T0, heard_ms=T0)])
    given_at = [second for second in range(21) for _ in lots.aged(T0 + second * 1000)]
    assert given_at == [0, 5, 10, 15, 20]


def test_reading_one_lot_does_not_forget_the_others() -> None:
    lots = Watched(LIMITS)
    lots.learn([lot_facts("one", read_ms=T0), lot_facts("two", read_ms=T0)])
    lots.new(T0)
    lots.learn([lot_facts("two", read_ms=T0, a="free")])
    assert [board.lot for board in lots.new(T0)] == ["two"]


states = st.dictionaries(st.sampled_from("abc"), st.sampled_from(["free", "occupied", "unknown"]))


@given(steps=st.lists(st.tuples(st.integers(0, 400_000), states, st.booleans()), max_size=12))
def test_numbers_rise_and_the_newest_board_tells_the_newest_facts(
    steps: list[tuple[int, dict[str, str], bool]],
) -> None:
    lots = Watched(LIMITS)
    now_ms = heard_ms = T0
    newest: Board | None = None
    for wait_ms, bays, heard in steps:
        now_ms += wait_ms
        heard_ms = now_ms if heard else heard_ms
        lots.learn([lot_facts(read_ms=now_ms, heard_ms=heard_ms, **bays)])
        for board in lots.new(now_ms):
            assert newest is None or board.seq > newest.seq
            newest = board
        assert newest is not None
        assert newest.count.total == newest.count.free + newest.count.occupied + newest.count.unknown == 3
        dead = now_ms - heard_ms > 660_000
        assert newest.link is Link.DEAD if dead else newest.link is not Link.DEAD
        assert newest.count.free == (0 if dead else list(bays.values()).count("free"))
