"""Numbers are live, stale or dead by when their gateways were last heard; the unknown is never free."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud_ingest.board import Freshness, link_of, lot_heard_ms, lot_link, sight_of
from wire import Link, Sight

LIMITS = Freshness()
NOW = 1_000_000_000


@pytest.mark.parametrize(
    ("ago_s", "link"),
    [
        (-60, Link.LIVE),
        (0, Link.LIVE),
        (360, Link.LIVE),
        (361, Link.STALE),
        (660, Link.STALE),
        (661, Link.DEAD),
    ],
)
def test_a_gateway_is_judged_by_its_last_word(ago_s: int, link: Link) -> None:
    assert link_of(NOW - ago_s * 1000, NOW, LIMITS) is link


def test_a_gateway_never_heard_is_dead() -> None:
    assert link_of(None, NOW, LIMITS) is Link.DEAD


@pytest.mark.parametrize(
    ("links", "link"),
    [
        ([], Link.DEAD),
        ([Link.DEAD], Link.DEAD),
        ([Link.DEAD, Link.LIVE], Link.LIVE),
        ([Link.DEAD, Link.STALE], Link.STALE),
        ([Link.LIVE, Link.STALE], Link.STALE),
        ([Link.LIVE, Link.LIVE], Link.LIVE),
    ],
)
def test_a_lot_is_as_good_as_the_worst_of_what_it_shows(links: list[Link], link: Link) -> None:
    assert lot_link(links) is link


def test_a_lot_is_as_old_as_the_oldest_word_that_it_shows() -> None:
    dead, old, new = NOW - 4_000_000, NOW - 400_000, NOW - 1000
    assert lot_heard_ms([dead, old, new], NOW, LIMITS) == old
    assert lot_heard_ms([dead, dead - 1], NOW, LIMITS) == dead
    assert lot_heard_ms([], NOW, LIMITS) == 0


@given(
    state=st.none() | st.text() | st.sampled_from(["free", "occupied", "unknown"]), link=st.sampled_from(Link)
)
def test_a_bay_is_free_only_if_its_living_gateway_says_so(state: str | None, link: Link) -> None:
    sight = sight_of(state, link)
    if sight is Sight.FREE:
        assert state == "free"
        assert link is not Link.DEAD
    if link is Link.DEAD:
        assert sight is Sight.UNKNOWN
