"""Moments of an hour are those of its rows, however the rows are cut into batches."""

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from cloud_ingest.rollup import HOUR_MS, HourKey, Moments, add, merge, moments_by_hour

Row = tuple[int, int, float | None]
# Eighths of whole numbers add up without rounding, so sums are equal and not only nearly so.
numbers = st.none() | st.integers(-800, 800).map(lambda eighth: eighth / 8)
rows_of_all = st.lists(st.tuples(st.integers(1, 3), st.integers(0, 3 * HOUR_MS), numbers), max_size=40)


def moments(rows: list[Row]) -> dict[HourKey, Moments]:
    return moments_by_hour(1, [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])


@given(rows=rows_of_all, cuts=st.lists(st.integers(0, 40), max_size=4))
@example(rows=[(1, 5, 1.0), (1, 5, 2.0)], cuts=[1])
@example(rows=[(1, 9, 1.0), (1, 5, 2.0), (1, 7, None)], cuts=[1, 2])
def test_cutting_rows_into_batches_changes_nothing(rows: list[Row], cuts: list[int]) -> None:
    merged: dict[HourKey, Moments] = {}
    edges = [0, *sorted(cuts), len(rows)]
    for first, end in pairwise(edges):
        merge(merged, moments(rows[first:end]))
    assert merged == moments(rows)


@given(rows=rows_of_all)
def test_moments_are_those_of_the_rows(rows: list[Row]) -> None:
    found = moments(rows)
    assert sum(one.n for one in found.values()) == len(rows)
    for key, one in found.items():
        mine = [row for row in rows if row[0] == key.property and 0 <= row[1] - key.hour_ms < HOUR_MS]
        values = [value for _, _, value in mine if value is not None]
        assert (one.n, one.numbers, one.sum) == (len(mine), len(values), sum(values))
        assert (one.least, one.greatest) == (min(values, default=None), max(values, default=None))
        newest = max((at for _, at, value in mine if value is not None), default=None)
        assert one.last_ms == newest
        assert one.last == ([None] + [v for _, at, v in mine if at == newest and v is not None])[-1]


def test_texts_are_counted_and_nothing_else() -> None:
    (one,) = moments([(1, 5, None), (1, 6, None)]).values()
    assert one == Moments(n=2)
    four = Moments(n=1, numbers=1, sum=4.0, least=4.0, greatest=4.0, last=4.0, last_ms=2)
    assert add(one, four) == Moments(n=3, numbers=1, sum=4.0, least=4.0, greatest=4.0, last=4.0, last_ms=2)
