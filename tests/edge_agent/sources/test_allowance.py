"""How often a peer may speak."""

from hypothesis import given
from hypothesis import strategies as st

from edge_agent.sources.allowance import Allowance, Budget


@given(st.lists(st.floats(0, 10), min_size=1, max_size=200))
def test_a_peer_never_gets_more_than_its_burst_and_its_rate(waits_s: list[float]) -> None:
    allowance = Allowance(2.0, 5.0)
    now_s, allowed = 0.0, 0
    for wait_s in waits_s:
        now_s += wait_s
        allowed += allowance.allows("a", now_s)
    assert allowed <= 5 + 2 * now_s + 1e-6


def test_a_calm_peer_is_always_allowed() -> None:
    allowance = Allowance(1.0, 2.0)
    assert all(allowance.allows("calm", now_s) for now_s in range(100))


def test_peers_do_not_share() -> None:
    allowance = Allowance(1.0, 1.0)
    assert [allowance.allows(peer, 0.0) for peer in ("a", "a", "b")] == [True, False, True]
    assert allowance.wait_s() == 1.0


def test_a_clock_that_jumps_back_gives_nothing() -> None:
    allowance = Allowance(1.0, 1.0)
    assert allowance.allows("a", 100.0)
    assert not allowance.allows("a", 0.0)


def test_the_peers_remembered_are_bounded() -> None:
    allowance = Allowance(1.0, 1.0, most_peers=10)
    for peer in range(100):
        allowance.allows(str(peer), 0.0)
    assert len(allowance._buckets) == 10


def test_strangers_use_up_their_own_share_only() -> None:
    budget = Budget(Allowance(1.0, 2.0), Allowance(1.0, 2.0), most_peers=2)
    budget.welcome("known")
    assert [budget.allows(f"stranger {number}", 0.0) for number in range(4)] == [True, True, False, False]
    assert budget.allows("known", 0.0)


def test_the_known_are_bounded_and_the_longest_silent_is_forgotten() -> None:
    budget = Budget(Allowance(1.0, 1.0), Allowance(1.0, 100.0), most_peers=2)
    for peer in ("a", "b"):
        budget.welcome(peer)
    assert budget.allows("a", 0.0)
    budget.welcome("c")  # b has been silent for longest
    assert budget.allows("b", 0.0)  # by the strangers' only token
    assert not budget.allows("b", 0.0)
    assert budget.allows("a", 0.0)
