"""The clock says how far it can be believed, and steady time never jumps."""

import time

import pytest

from edge_agent import clock
from edge_agent.clock import ClockTrust, SystemClock
from wire import TimeTrust


def test_a_trusted_clock_tells_utc() -> None:
    now_ms, trust = SystemClock(ClockTrust.ALWAYS)()
    assert trust is TimeTrust.SYNCED
    assert abs(now_ms - time.time() * 1000) < 60_000


def test_an_untrusted_clock_counts_from_boot() -> None:
    ticking = SystemClock(ClockTrust.NEVER)
    now_ms, trust = ticking()
    assert trust is TimeTrust.UNSYNCED
    assert now_ms <= clock.boot_ms()
    assert ticking.boot_offset_ms() is None


def test_the_boots_offset_turns_boot_time_into_utc() -> None:
    offset_ms = SystemClock(ClockTrust.ALWAYS).boot_offset_ms()
    assert offset_ms is not None
    assert abs(offset_ms + clock.boot_ms() - time.time() * 1000) < 60_000


def test_a_clock_once_believed_stays_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([False, True, False])
    monkeypatch.setattr(clock, "_kernel_synced", lambda: next(answers))
    ticking = SystemClock(ClockTrust.KERNEL)
    assert [ticking.synced for _ in range(4)] == [False, True, True, True]


def test_the_kernel_can_be_asked() -> None:
    assert SystemClock(ClockTrust.KERNEL).synced in (True, False)


def test_steady_time_ignores_a_clock_that_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    ticking = SystemClock(ClockTrust.ALWAYS)
    before_ms = ticking.steady_ms()
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert 0 <= ticking.steady_ms() - before_ms < 60_000
