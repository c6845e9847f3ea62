"""The count at the end finds every lost reading and every one that is there twice."""

from hypothesis import given
from hypothesis import strategies as st

from demo.watch import Tally, tally
from wire import DeviceId

identities = st.tuples(st.sampled_from([DeviceId("a"), DeviceId("b")]), st.integers(0, 20))


def test_exact_is_only_what_is_there_once() -> None:
    one, two, three = (DeviceId("a"), 1), (DeviceId("a"), 2), (DeviceId("b"), 1)
    assert tally({one, two}, {one: 1, two: 1}).exact
    lost = tally({one, two}, {one: 1})
    assert (lost.exact, lost.lost, lost.missing) == (False, 1, (two,))
    twice = tally({one}, {one: 3})
    assert (twice.exact, twice.duplicated, twice.repeated) == (False, 2, (one,))
    unanswered = tally({one}, {one: 1, three: 1})
    assert unanswered == Tally(committed=2, missing=(), repeated=(), duplicated=0)


@given(st.sets(identities), st.dictionaries(identities, st.integers(1, 3)))
def test_every_reading_is_accounted_for(
    promised: set[tuple[DeviceId, int]], held: dict[tuple[DeviceId, int], int]
) -> None:
    found = tally(promised, held)
    assert found.committed + found.duplicated == sum(held.values())
    assert found.lost == len(promised - held.keys())
    assert found.exact == (promised <= held.keys() and set(held.values()) <= {1})
