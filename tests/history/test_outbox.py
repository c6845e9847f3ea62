"""An outbox of every version that was ever released is opened, and holds what was put into it."""

import sqlite3
from pathlib import Path

import pytest

from edge_agent.outbox import Outbox
from edge_agent.outbox.schema import VERSION
from tests.edge_agent.outbox.rows import held
from wire import BootClock, DeviceId, Epoch, Observation, PropertyName, Seq, Stream, TimeTrust

FOLDER = Path(__file__).parent / "outbox"
AT_MS = 1_790_000_000_000
FIRST, SECOND = Epoch(1111111111111111111), Epoch(2222222222222222222)


def _row(number: int, value: float | str, device: int | None = None) -> Observation:
    return Observation(
        device=DeviceId(f"eui-{number % 3 if device is None else device}"),
        property=PropertyName("parking.occupied"),
        value=value,
        at_ms=AT_MS + number,
    )


def _restored(source: Path, folder: Path) -> Path:
    path = folder / "outbox.db"
    conn = sqlite3.connect(path)
    conn.executescript(source.read_text(encoding="utf-8"))
    conn.close()
    return path


@pytest.mark.parametrize("source", sorted(FOLDER.glob("*.sql")), ids=lambda path: path.stem)
def test_an_old_outbox_holds_what_was_put_into_it(source: Path, tmp_path: Path) -> None:
    outbox = Outbox.open(_restored(source, tmp_path), boot="boot 3")
    assert outbox.recovered is None
    lanes = {(lane.stream, lane.epoch): lane for lane in outbox.lanes() if lane.closed}
    assert {key: held(outbox, lane) for key, lane in lanes.items()} == {
        (Stream.ALARM, FIRST): [_row(7, "占用")],
        (Stream.STATE, FIRST): [_row(number, number % 2) for number in range(10, 300)],
        (Stream.TELEMETRY, FIRST): [_row(8, 21.5)],
        (Stream.STATE, SECOND): [
            Observation(
                device=DeviceId("eui-9"),
                property=PropertyName("parking.occupied"),
                value=0,
                at_ms=AT_MS + 105_000,
                trust=TimeTrust.REPAIRED,
            )
        ],
    }
    (gap,) = outbox.gaps(Stream.STATE, FIRST, Seq(10))
    assert (gap.first, gap.end, gap.from_ms, gap.to_ms, gap.reason) == (3, 10, AT_MS + 3, AT_MS + 9, "full")
    assert outbox.clocks() == [BootClock(epoch=SECOND, offset_ms=AT_MS + 100_000)]
    assert outbox.facts() == {"bay:1": '{"turn":299}'}
    assert outbox.counts() == {"refused": 4, "quarantined": 1}
    assert [found.reason for found in outbox.quarantine()] == ["expected 2 bytes, got 3"]
    assert outbox.known([b"reading 299", b"alarm", b"reading 300"]) == [True, True, False]
    outbox.close()


@pytest.mark.parametrize("source", sorted(FOLDER.glob("*.sql")), ids=lambda path: path.stem)
def test_an_old_outbox_gets_todays_tables(source: Path, tmp_path: Path) -> None:
    old, new = _restored(source, tmp_path), tmp_path / "new.db"
    for path in (old, new):
        Outbox.open(path, boot="boot 3").close()
    assert _tables(old) == _tables(new)


def test_every_version_has_its_outbox() -> None:
    assert {path.stem for path in FOLDER.glob("*.sql")} == {f"version-{n}" for n in range(1, VERSION + 1)}


def _tables(path: Path) -> list[tuple[str, str]]:
    conn = sqlite3.connect(path)
    found = sorted(conn.execute("SELECT name, sql FROM sqlite_schema"))
    conn.close()
    return found
