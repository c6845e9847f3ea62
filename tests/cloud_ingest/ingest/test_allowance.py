"""No second sees more than its allowance."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from cloud_ingest.ingest.allowance import Allowance


@given(asked=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4000))), per_s=st.integers(0, 12))
def test_no_second_sees_more_than_its_allowance(asked: list[tuple[int, int]], per_s: int) -> None:
    allowance, wanted, granted = Allowance(per_s), Counter[int](), Counter[int]()
    for count, now_ms in sorted(asked, key=lambda one: one[1]):
        wanted[now_ms // 1000] += count
        granted[now_ms // 1000] += allowance.take(count, now_ms)
    assert granted == Counter({second: min(count, per_s) for second, count in wanted.items()})
