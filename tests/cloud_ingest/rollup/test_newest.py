"""The newest value wins, a wrong clock never does, and the order of arrival changes nothing."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from cloud_ingest.rollup import Newest, keep_newest, supersedes

LIMIT = 1000


def row(at_ms: int) -> tuple[tuple[int, int], Newest]:
    return (1, 1), Newest(at_ms=at_ms, number=float(at_ms), text=None, trust=0, gateway=1)


@given(times=st.lists(st.integers(0, 2000), unique=True, min_size=1), chance=st.randoms())
def test_the_order_of_arrival_changes_nothing(times: list[int], chance: Random) -> None:
    shuffled = list(times)
    chance.shuffle(shuffled)
    kept: dict[tuple[int, int], Newest] = {}
    keep_newest(kept, map(row, shuffled), LIMIT)
    sane = [at for at in times if at <= LIMIT]
    assert kept[1, 1].at_ms == (max(sane) if sane else max(times))


@given(old=st.integers(0, 2000), new=st.integers(0, 2000))
def test_a_wrong_clock_never_wins_over_a_saner_one(old: int, new: int) -> None:
    wins = supersedes(old, new, LIMIT)
    if new > LIMIT >= old:
        assert not wins
    elif old > LIMIT >= new:
        assert wins
    else:
        assert wins == (new >= old)
