"""A device that falls silent is noticed once, after its own time, and noticed again when it speaks."""

from hypothesis import given
from hypothesis import strategies as st

from edge_agent.rules import silence
from edge_agent.rules.silence import Change, SilenceRule, Watched
from wire import DeviceId

A, B = DeviceId("a"), DeviceId("b")


def test_silence_is_said_once_and_ended_by_a_word() -> None:
    rule = SilenceRule()
    assert rule.heard(A, 60, 0) == []
    assert rule.ticked(60_000) == []
    assert rule.ticked(60_001) == [Change(device=A, silent=True)]
    assert rule.ticked(90_000) == []
    assert rule.heard(A, 60, 100_000) == [Change(device=A, silent=False)]
    assert rule.heard(A, 60, 101_000) == []


def test_nobody_is_called_silent_for_the_time_in_which_nobody_listened() -> None:
    rule = SilenceRule()
    rule.recall(A, Watched(silent_after_s=60), 1_000_000)
    rule.recall(B, Watched(silent_after_s=60, silent=True), 1_000_000)
    assert rule.ticked(1_050_000) == []
    assert rule.ticked(1_060_001) == [Change(device=A, silent=True)]
    assert rule.heard(B, 60, 1_070_000) == [Change(device=B, silent=False)]


def test_a_flood_of_strangers_does_not_fill_the_memory() -> None:
    rule = SilenceRule()
    for number in range(silence._MOST + 5):
        rule.heard(DeviceId(f"d{number}"), 60, number)
    assert len(rule.watched) == silence._MOST
    assert rule.gone == [f"d{number}" for number in range(5)]


@given(st.lists(st.tuples(st.sampled_from([A, B]), st.integers(0, 200)), max_size=40))
def test_changes_alternate(steps: list[tuple[DeviceId, int]]) -> None:
    """Whatever happens, each device's changes go silent, not silent, silent ..."""
    rule, now_s = SilenceRule(), 0
    said: dict[DeviceId, list[bool]] = {A: [], B: []}
    for device, pause_s in steps:
        now_s += pause_s
        for change in [*rule.ticked(now_s * 1000), *rule.heard(device, 60, now_s * 1000)]:
            said[change.device].append(change.silent)
    for changes in said.values():
        assert changes == [number % 2 == 0 for number in range(len(changes))]
