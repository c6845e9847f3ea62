"""Pictures in, presence and falls out: no picture stays, and what could not be kept is told again."""

from collections.abc import Sequence

import pytest

from demo.estate.thermal import Array, Posture, Scene, pictures, registers
from device_profiles import Profile, Reading, load_shelf
from edge_agent.clock import ClockTrust, SystemClock
from edge_agent.outbox import Entry
from edge_agent.pipeline import Registry, Understanding
from edge_agent.pipeline.understand import understand
from edge_agent.rules.thermal import CareRules, ThermalSettings
from edge_agent.sources import Heard
from wire import DeviceId, TimeTrust

ROOM = DeviceId("room-301")
EYE: Profile = load_shelf().profile("care_panasonic_amg8833")
REGISTRY = Registry(profiles={EYE.key: EYE}, devices={})


class _Rules:
    def heard(self, item: Heard, meant: Understanding) -> Entry:
        return Entry(rows=meant.rows)

    def ticked(self) -> Sequence[Entry]:
        return []

    def committed(self) -> None:
        pass

    def undo(self) -> None:
        pass


class World:
    """Care rules under a clock that the test moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clock = SystemClock(ClockTrust.ALWAYS)
        self.now_ms = 0
        monkeypatch.setattr(self.clock, "steady_ms", lambda: self.now_ms)
        self.care = CareRules(_Rules(), ThermalSettings(), self.clock)

    def see(self, payload: bytes, at_ms: int) -> Entry:
        self.now_ms = at_ms
        reading = Reading(device=ROOM, payload=payload, received_ms=at_ms, trust=TimeTrust.SYNCED)
        item = Heard(source="s", reading=reading, profile=EYE.key, settle=lambda _: None)
        return self.care.heard(item, understand(item, REGISTRY))


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


def _path(*steps: tuple[float, float, float, float, float]) -> list[Posture]:
    return [Posture(at_s=t, x=x, y=y, wide=w, high=h, warmth_k=4) for t, x, y, w, h in steps]


FALL = _path(
    (10, -0.1, 0.45, 0.2, 0.5),
    (14, 0.5, 0.45, 0.2, 0.5),
    (20, 0.5, 0.45, 0.2, 0.5),
    (21, 0.55, 0.8, 0.5, 0.22),
    (90, 0.55, 0.8, 0.5, 0.22),
)


def _rows(entry: Entry) -> list[tuple[str, object]]:
    return [(row.property, row.value) for _, row in entry.rows]


def test_a_fall_reaches_the_alarm_stream_and_pictures_are_folded(world: World) -> None:
    entries = []
    for at_s, celsius in pictures(Scene(paths=[FALL]), Array(), 60, 1):
        entries.append(world.see(registers(celsius), int(at_s * 1000)))
        world.care.committed()
    found = [row for entry in entries for row in _rows(entry)]
    assert [row for row in found if row[0] == "care.presence"] == [("care.presence", 1)]
    assert [row for row in found if row[0] == "care.fall"] == [("care.fall", 1)]
    (alarm,) = [stream for entry in entries for stream, row in entry.rows if row.property == "care.fall"]
    assert alarm == "alarm"
    assert len([row for row in found if row[0] == "thermal.background"]) == 1  # one a minute
    assert world.care.counts == {"pictures": 240, "folded": 240 - len([e for e in entries if e.rows])}


def test_what_a_failed_commit_lost_is_told_with_the_next_picture(world: World) -> None:
    for at_s, celsius in pictures(Scene(paths=[FALL]), Array(), 60, 1):
        entry = world.see(registers(celsius), int(at_s * 1000))
        if ("care.fall", 1) in _rows(entry):
            break
        world.care.committed()
    world.care.undo()
    assert ("care.fall", 1) in _rows(again := world.see(registers(celsius), int(at_s * 1000) + 250))
    assert again.facts == {f"fall:{ROOM}": "1"}
    world.care.committed()
    assert ("care.fall", 1) not in _rows(world.see(registers(celsius), int(at_s * 1000) + 500))


def test_the_end_of_a_fall_is_told_after_a_restart(world: World) -> None:
    world.care.recall({f"fall:{ROOM}": "1", "bay:x": "{}"})
    found = []
    for at_s, celsius in pictures(Scene(paths=[_path((1e9, 0, 0, 0.1, 0.1))]), Array(), 70, 1):
        entry = world.see(registers(celsius), int(at_s * 1000))
        found += _rows(entry)
        world.care.committed()
        if entry.facts:
            assert entry.facts == {f"fall:{ROOM}": None}
    assert [row for row in found if row[0] == "care.fall"] == [("care.fall", 0)]


def test_spoilt_pictures_are_refused_without_their_bytes() -> None:
    reading = Reading(device=ROOM, payload=b"\x00" * 77, received_ms=0, trust=TimeTrust.SYNCED)
    meant = understand(Heard(source="s", reading=reading, profile=EYE.key, settle=lambda _: None), REGISTRY)
    assert meant.quarantined is not None
    assert meant.quarantined.payload == b""
