"""The flat set of fingerprints holds what Python's own set holds."""

from hypothesis import given
from hypothesis import strategies as st

from edge_agent.outbox.marks import MarkSet

MARKS = st.integers(1, (1 << 64) - 1) | st.integers(1, 40) | st.integers(1, 40).map(lambda n: n << 20)


@given(st.lists(MARKS, max_size=200), st.lists(MARKS, max_size=50))
def test_it_holds_what_a_set_holds(marks: list[int], asked: list[int]) -> None:
    flat = MarkSet()
    flat.update(marks)
    assert len(flat) == len(set(marks))
    assert [mark in flat for mark in marks + asked] == [mark in set(marks) for mark in marks + asked]


def test_it_grows() -> None:
    count = 5000
    flat = MarkSet()
    flat.update(number << 11 for number in range(1, count))
    assert len(flat) == count - 1
    assert all((number << 11) in flat for number in range(1, count))
    assert not any((number << 11 | 1) in flat for number in range(1, count))


def test_nothing_is_a_fingerprint_too() -> None:
    flat = MarkSet()
    assert 0 not in flat
    flat.update([0])
    assert 0 in flat
