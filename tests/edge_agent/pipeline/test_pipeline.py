"""Nothing is acknowledged before it is on disk, nothing is counted twice, nothing that is wrong stops what follows."""

import asyncio
from pathlib import Path

import pytest

from edge_agent.outbox import DiskFullError, Entry, Outbox, Receipt
from edge_agent.sources import Outcome
from tests.edge_agent.gateway import Parts


def test_a_reading_is_kept_then_settled(tmp_path: Path) -> None:
    async def run() -> None:
        parts = Parts(tmp_path)
        parts.queue.offer(parts.heard())
        await parts.run_until(lambda: parts.outcomes == [Outcome.STORED])
        rows = parts.rows()
        assert ("state", "parking.occupied", 1) in rows
        assert ("state", "parking.bay", "occupied") in rows
        assert ("telemetry", "device.battery_v", 3.6) in rows
        parts.disk.close()

    asyncio.run(run())


def test_a_reading_sent_again_is_counted_once_also_after_a_restart(tmp_path: Path) -> None:
    async def run() -> None:
        for outcome in (Outcome.STORED, Outcome.REPEATED):
            parts = Parts(tmp_path)
            parts.queue.offer(parts.heard(identity="42"))
            await parts.run_until(lambda parts=parts: bool(parts.outcomes))  # type: ignore[misc]
            assert parts.outcomes == [outcome]
            assert [row for row in parts.rows() if row[1] == "parking.occupied"] == [
                ("state", "parking.occupied", 1)
            ]
            parts.disk.close()

    asyncio.run(run())


def test_two_equal_readings_that_are_surely_new_are_two(tmp_path: Path) -> None:
    async def run() -> None:
        parts = Parts(tmp_path)
        for _ in range(2):
            parts.queue.offer(parts.heard(identity="mid 7", surely_new=True))
        parts.queue.offer(parts.heard(identity="mid 7"))
        await parts.run_until(lambda: len(parts.outcomes) == 3)
        assert parts.outcomes == [Outcome.STORED, Outcome.STORED, Outcome.REPEATED]
        parts.disk.close()

    asyncio.run(run())


def test_a_bad_reading_is_quarantined_and_the_next_is_kept(tmp_path: Path) -> None:
    async def run() -> None:
        parts = Parts(tmp_path)
        parts.queue.offer(parts.heard(b"bad"))
        parts.queue.offer(parts.heard())
        await parts.run_until(lambda: len(parts.outcomes) == 2)
        assert parts.outcomes == [Outcome.QUARANTINED, Outcome.STORED]
        assert parts.disk.outbox.counts()["quarantined"] == 1
        parts.disk.close()

    asyncio.run(run())


def test_telemetry_waits_for_company_and_states_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits: list[int] = []
    commit = Outbox.commit

    def counted(self: Outbox, entries: list[Entry], *, now_s: float) -> Receipt:
        commits.append(len(entries))
        return commit(self, entries, now_s=now_s)

    monkeypatch.setattr(Outbox, "commit", counted)

    async def run() -> None:
        parts = Parts(tmp_path)

        async def feed() -> None:
            for _ in range(10):
                parts.queue.offer(parts.heard(route="battery"))
                await asyncio.sleep(0.002)

        feeding = asyncio.create_task(feed())
        await parts.run_until(lambda: len(parts.outcomes) == 10)
        await feeding
        assert len(commits) < 10
        parts.disk.close()

    asyncio.run(run())


def test_a_full_disk_refuses_then_the_same_reading_is_decided_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = Outbox.commit
    refusals = iter([True])

    def full_once(self: Outbox, entries: list[Entry], *, now_s: float) -> Receipt:
        if next(refusals, False):
            raise DiskFullError("no space left on the card")
        return commit(self, entries, now_s=now_s)

    monkeypatch.setattr(Outbox, "commit", full_once)

    async def run() -> None:
        parts = Parts(tmp_path)
        parts.queue.offer(parts.heard(identity="1"))
        await parts.run_until(lambda: parts.outcomes == [Outcome.FAILED])
        assert parts.pipeline.full == "no space left on the card"
        parts.queue.offer(parts.heard(identity="1"))
        await parts.run_until(lambda: parts.outcomes == [Outcome.FAILED, Outcome.STORED])
        assert parts.pipeline.full == ""
        assert [row for row in parts.rows() if row[1] == "parking.bay"] == [
            ("state", "parking.bay", "occupied")
        ]
        parts.disk.close()

    asyncio.run(run())


def test_a_bay_is_remembered_over_a_restart(tmp_path: Path) -> None:
    async def run() -> None:
        parts = Parts(tmp_path)
        parts.queue.offer(parts.heard())
        await parts.run_until(lambda: bool(parts.outcomes))
        before = parts.rule.sights()
        parts.disk.close()
        again = Parts(tmp_path)
        assert again.rule.sights() == before
        again.disk.close()

    asyncio.run(run())


def test_a_queue_that_is_full_turns_away_and_says_so(tmp_path: Path) -> None:
    parts = Parts(tmp_path)
    assert [parts.queue.offer(parts.heard()) for _ in range(101)] == [True] * 100 + [False]
    assert parts.queue.turned_away == 1
    parts.disk.close()
