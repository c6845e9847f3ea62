"""What a process costs is what the kernel says."""

import os

import psutil
import pytest

from demo.watch import Cost, cost_of


def test_our_own_cost_is_what_another_reader_of_the_kernel_says() -> None:
    ours, theirs = cost_of(os.getpid()), psutil.Process()
    assert ours.rss_mb == pytest.approx(theirs.memory_info().rss / 1e6, rel=0.2)
    assert ours.peak_mb >= ours.rss_mb > 1
    assert 0 < ours.cpu_s <= sum(theirs.cpu_times()[:2]) + 0.001  # sums of hundredths are not exact


def test_a_process_that_is_gone_costs_nothing() -> None:
    assert cost_of(2**30) == Cost()
