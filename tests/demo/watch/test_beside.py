"""What was promised must be there once; what was only notified may be missing."""

from demo.watch import beside
from wire import DeviceId

A, B, C = ((DeviceId("a"), at_ms) for at_ms in (1, 2, 3))


def test_promises_and_notifications_are_counted_apart() -> None:
    count = beside({A, B}, {C}, {A: 1, B: 1})
    assert (count.promised, count.lost, count.duplicated, count.notified, count.arrived) == (2, 0, 0, 1, 0)
    assert count.good


def test_a_broken_promise_and_a_double_are_no_good() -> None:
    assert beside({A, B}, set(), {A: 1}).lost == 1
    assert not beside({A, B}, set(), {A: 1}).good
    assert not beside({A}, {C}, {A: 1, C: 2}).good
