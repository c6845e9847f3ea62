"""Waits grow to their bound, are shortened by chance alone, and start again after a success."""

import random

from hypothesis import given
from hypothesis import strategies as st

from chassis import Backoff


@given(st.integers(0, 40), st.integers(0, 2**32), st.floats(1, 1000))
def test_waits_double_up_to_the_longest(failures: int, seed: int, longest_s: float) -> None:
    backoff = Backoff(longest_s, jitter=random.Random(seed))
    for _ in range(failures):
        backoff.failed()
    bound = min(2.0**failures, longest_s)
    assert bound / 2 <= backoff.failed() <= bound
    backoff.succeeded()
    assert backoff.failed() <= 1
