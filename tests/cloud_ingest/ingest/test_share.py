"""Workers that only look at the locks share the shards evenly, take over from the dead, and leave none unserved."""

from hypothesis import given
from hypothesis import strategies as st

from cloud_ingest.ingest.share import fair_share, next_turn
from wire import SHARDS


def settle(workers: dict[int, set[int]], cap: int, rounds: int = 4) -> None:
    """Let every worker take its turn a few times, as it would every second."""
    for _ in range(rounds):
        for mine in workers.values():
            taken = set().union(*workers.values())
            turn = next_turn(mine, taken, len(workers), cap)
            mine.difference_update(turn.give)
            mine.update(set(turn.take) - taken)


@given(
    changes=st.lists(st.tuples(st.sampled_from(["join", "die"]), st.integers(0, 9)), max_size=8),
    cap=st.just(SHARDS),
)
def test_shards_are_shared_evenly_whoever_comes_and_goes(changes: list[tuple[str, int]], cap: int) -> None:
    workers: dict[int, set[int]] = {0: set()}
    settle(workers, cap)
    for number, (change, which) in enumerate(changes, start=1):
        if change == "join":
            workers[number] = set()
        elif len(workers) > 1:
            del workers[sorted(workers)[which % len(workers)]]
        settle(workers, cap)
        served = sorted(shard for mine in workers.values() for shard in mine)
        assert served == list(range(SHARDS))
        assert max(map(len, workers.values())) <= fair_share(len(workers), cap)


@given(workers=st.integers(0, 100), cap=st.integers(0, SHARDS))
def test_a_share_never_exceeds_the_cap_and_shares_cover_everything(workers: int, cap: int) -> None:
    share = fair_share(workers, cap)
    assert share <= cap
    assert share == cap or share * max(workers, 1) >= SHARDS


def test_a_newcomer_is_given_room() -> None:
    everything = set(range(SHARDS))
    turn = next_turn(everything, everything, 2, SHARDS)
    assert len(turn.give) == SHARDS // 2
    assert turn.take == ()
