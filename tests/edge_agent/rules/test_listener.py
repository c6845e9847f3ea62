"""Silence is a row of its own, remembered over a restart, and undone with the commit that failed."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from edge_agent.outbox import Entry
from edge_agent.pipeline import Understanding
from edge_agent.rules import Listener
from edge_agent.sources import Heard
from tests.edge_agent.gateway import SENSOR, Parts
from tests.edge_agent.pipeline.test_understand import GOOD


class _Rules:
    """Rules that have nothing to say."""

    def heard(self, item: Heard, meant: Understanding) -> Entry:
        return Entry(rows=meant.rows)

    def ticked(self) -> Sequence[Entry]:
        return []

    def committed(self) -> None:
        pass

    def undo(self) -> None:
        pass


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    return Parts(tmp_path)


@pytest.fixture
def now_ms(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The steady time, for the test to set."""
    time = [1_000_000]
    monkeypatch.setattr(parts.clock, "steady_ms", lambda: time[0])
    return time


def _said(entries: Sequence[Entry]) -> list[object]:
    return [row.value for entry in entries for _, row in entry.rows if row.property == "device.silent"]


def test_silence_and_its_end_become_rows(parts: Parts, now_ms: list[int]) -> None:
    listener = Listener(_Rules(), parts.clock)
    meant = Understanding(profile=GOOD)
    first = listener.heard(parts.heard(), meant)
    assert list(first.facts) == [f"silence:{SENSOR}"]
    listener.committed()
    assert listener.heard(parts.heard(), meant).facts == {}  # a card is not worn by every word
    now_ms[0] += 181_000
    assert _said(listener.ticked()) == [1]
    assert listener.silent() == [SENSOR]
    listener.committed()
    again = listener.heard(parts.heard(), meant)
    assert _said([again]) == [0]


def test_what_was_not_kept_is_said_again(parts: Parts, now_ms: list[int]) -> None:
    listener = Listener(_Rules(), parts.clock)
    listener.heard(parts.heard(), Understanding(profile=GOOD))
    listener.committed()
    now_ms[0] += 181_000
    assert _said(listener.ticked()) == [1]
    listener.undo()
    now_ms[0] += 1_000
    assert _said(listener.ticked()) == [1]


def test_a_restart_remembers_who_is_expected(parts: Parts, now_ms: list[int]) -> None:
    listener = Listener(_Rules(), parts.clock)
    facts = listener.heard(parts.heard(), Understanding(profile=GOOD)).facts
    after = Listener(_Rules(), parts.clock)
    after.recall({name: text for name, text in facts.items() if text is not None})
    now_ms[0] += 181_000
    assert _said(after.ticked()) == [1]


def test_the_running_pipeline_keeps_the_facts(parts: Parts) -> None:
    parts.judge = Listener(parts.judge, parts.clock)  # type: ignore[assignment]

    async def run() -> None:
        await parts.queue.put(parts.heard())
        await parts.run_until(lambda: bool(parts.outcomes))

    asyncio.run(run())
    assert f"silence:{SENSOR}" in parts.disk.outbox.facts()
    parts.disk.close()
