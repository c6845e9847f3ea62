"""What lay in the quarantine is counted once, in the commit that takes it from there, and only then."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from device_profiles import DecodeError, Profile, Reading
from edge_agent.accepted import Retaker, Suggester, accept_device, retake
from edge_agent.outbox import Entry, NotKeptError, Outbox, Quarantined
from edge_agent.sources import Outcome
from tests.edge_agent.gateway import SENSOR, Parts
from tests.edge_agent.pipeline.test_understand import GOOD
from wire import Observation, TimeTrust


def _spoilt(payload: bytes = b"ok", **others: object) -> Quarantined:
    return Quarantined(
        at_ms=1_790_000_000_000,
        source="test",
        where="a/b",
        device=SENSOR,
        payload=payload,
        reason="no profile",
        **others,  # type: ignore[arg-type]
    )


def _shelve(parts: Parts, *entries: Quarantined) -> None:
    parts.disk.outbox.commit([Entry(quarantined=entry) for entry in entries], now_s=time.monotonic())


async def _run(parts: Parts, retaker: Retaker, until: int) -> None:
    task = asyncio.create_task(retaker.run(parts.queue))
    try:
        await parts.run_until(lambda: retaker.counts["retaken"] >= until)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _accepting(parts: Parts, folder: Path) -> Retaker:
    parts.registry.accepted[SENSOR] = "battery"
    return Retaker(folder / "accepted.toml", parts.registry, parts.disk)


async def _retaken(folder: Path) -> None:
    parts = Parts(folder)
    _shelve(parts, _spoilt(), _spoilt(b"bad"), _spoilt(b"more", taken_ms=1_780_000_000_000))
    await _run(parts, _accepting(parts, folder), 2)
    assert [row for row in parts.rows() if row[1] == "device.battery_v"] == [
        ("telemetry", "device.battery_v", 3.6)
    ] * 2
    assert [entry.payload for entry in parts.disk.outbox.quarantine()] == [b"bad"]
    parts.disk.close()
    again = Parts(folder)  # after a restart nothing comes twice
    retaker = _accepting(again, folder)
    task = asyncio.create_task(retaker.run(again.queue))
    await again.run_until(lambda: len(again.queue) == 0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert len([row for row in again.rows() if row[1] == "device.battery_v"]) == 2
    again.disk.close()


def test_accepted_readings_leave_the_quarantine_for_the_outbox(tmp_path: Path) -> None:
    asyncio.run(_retaken(tmp_path))


async def _accepted_while_running(folder: Path) -> None:
    parts = Parts(folder)
    _shelve(parts, _spoilt())
    retaker = Retaker(folder / "accepted.toml", parts.registry, parts.disk)
    task = asyncio.create_task(retaker.run(parts.queue))
    accept_device(folder / "accepted.toml", SENSOR, "battery")
    await parts.run_until(lambda: retaker.counts["retaken"] == 1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert parts.registry.profile_of(SENSOR, "good") is parts.registry.profiles["battery"]
    parts.disk.close()


def test_a_running_agent_takes_an_accepted_device_up(tmp_path: Path) -> None:
    asyncio.run(_accepted_while_running(tmp_path))


async def _disk_full(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = Parts(folder)
    _shelve(parts, _spoilt())
    retaker = _accepting(parts, folder)
    real, refusals = Outbox.commit, iter([True])

    def commit(outbox: Outbox, *args: object, **kwargs: object) -> object:
        if next(refusals, False):
            raise NotKeptError("no space")
        return real(outbox, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(Outbox, "commit", commit)
    outcomes: list[Outcome] = []
    settled = retaker._settled

    def noted(number: int, profile: Profile, outcome: Outcome) -> None:
        outcomes.append(outcome)
        settled(number, profile, outcome)

    monkeypatch.setattr(retaker, "_settled", noted)
    task = asyncio.create_task(retaker.run(parts.queue))
    await parts.run_until(lambda: Outcome.FAILED in outcomes)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert len(parts.disk.outbox.quarantine()) == 1  # still there
    assert not retaker._tried  # and will be offered again
    assert retaker._looks  # by itself
    parts.disk.close()


def test_what_could_not_be_kept_stays_in_the_quarantine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(_disk_full(tmp_path, monkeypatch))


@pytest.mark.parametrize(
    "entry",
    [_spoilt(trust=int(TimeTrust.UNSYNCED)), _spoilt(cut=True), _spoilt(b"bad")],
    ids=["time", "cut", "bad"],
)
def test_what_cannot_be_dated_or_is_not_whole_or_still_bad_stays(tmp_path: Path, entry: Quarantined) -> None:
    async def run() -> None:
        parts = Parts(tmp_path)
        _shelve(parts, entry)
        retaker = _accepting(parts, tmp_path)
        await retaker._retake(parts.queue)
        assert len(parts.queue) == 0
        parts.disk.close()

    asyncio.run(run())


def test_guesses_are_made_by_device() -> None:
    parts_of = [_spoilt(b"bad"), _spoilt(), _spoilt(cut=True)]
    assert set(asyncio.run(Suggester([]).suggest(parts_of))) == {SENSOR}


def test_guesses_are_made_once_for_what_lies_there() -> None:
    asked: list[bytes] = []

    def decode(reading: Reading) -> Sequence[Observation]:
        asked.append(reading.payload)
        return GOOD.decode(reading)

    suggester = Suggester([replace(GOOD, decode=decode)])

    async def twice() -> None:
        first = await suggester.suggest([_spoilt(b"one")])
        times = len(asked)
        assert await suggester.suggest([_spoilt(b"one")]) == first
        assert len(asked) == times > 0
        await suggester.suggest([_spoilt(b"two"), _spoilt(b"one")])
        assert len(asked) > times

    asyncio.run(twice())


async def _landed_late(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retake, "_LOOK_EVERY_S", 0.01)
    parts = Parts(folder)
    retaker = _accepting(parts, folder)
    await retaker._retake(parts.queue)  # the shelf is empty: the reading is still on its way to it
    _shelve(parts, _spoilt())
    await _run(parts, retaker, 1)
    assert parts.disk.outbox.quarantine() == []
    parts.disk.close()


def test_what_was_being_quarantined_at_that_moment_is_taken_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(_landed_late(tmp_path, monkeypatch))


def _found_in(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir() if file.is_file() and b"\xa7" * 40 in file.read_bytes()]


async def _private(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retake, "_LOOK_EVERY_S", 0.01)
    parts = Parts(folder)

    def whole(reading: Reading) -> Sequence[Observation]:
        if not reading.payload.startswith(b"ok"):
            raise DecodeError("expected a picture")
        return GOOD.decode(reading)

    camera = replace(GOOD, key="battery", private=True, decode=whole)
    profiles = {"good": GOOD, "battery": camera}
    parts.registry = replace(parts.registry, profiles=profiles)
    pictures = [b"ok" + b"\xa7" * 40, b"bad" + b"\xa7" * 40, b"cut" + b"\xa7" * 40]
    _shelve(parts, _spoilt(pictures[0]), _spoilt(pictures[1]), _spoilt(pictures[2], cut=True))
    retaker = _accepting(parts, folder)
    task = asyncio.create_task(retaker.run(parts.queue))
    await parts.run_until(lambda: parts.pipeline.counts["quarantined"] == 2 and not retaker._wiped)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    left = parts.disk.outbox.quarantine()
    assert [entry.payload for entry in left] == [b"", b""]
    assert not _found_in(folder)
    parts.disk.close()


def test_pictures_from_before_the_device_was_known_leave_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(_private(tmp_path, monkeypatch))
