"""Spreads are values that were really measured."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.watch import Latencies, Spread, spread_of


def test_a_hundred_values() -> None:
    assert spread_of([float(value) for value in range(100, 0, -1)]) == Spread(p50=50.0, p99=99.0)


def test_nothing_measured_is_nothing_and_not_zero() -> None:
    assert spread_of([]) == Spread(p50=None, p99=None)


@given(st.lists(st.integers(0, 10_000), min_size=1))
def test_the_spread_is_ordered_and_measured(values: list[int]) -> None:
    spread = spread_of([float(value) for value in values])
    assert spread.p50 is not None
    assert spread.p99 is not None
    assert spread.p50 <= spread.p99 <= max(values)
    assert {spread.p50, spread.p99} <= {float(value) for value in values}


def test_the_newest_are_told_apart_from_all() -> None:
    latencies = Latencies(newest=2)
    for seconds in (10.0, 0.001, 0.003):
        latencies.add(seconds)
    assert latencies.newest() == Spread(p50=1.0, p99=3.0)
    assert latencies.spread().p99 == pytest.approx(10_000.0)
    assert len(latencies) == 3
