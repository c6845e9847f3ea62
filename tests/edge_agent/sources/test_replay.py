"""Recordings: what was written down comes out again, in its time, and a broken line is told."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chassis import ConfigError
from device_profiles import DecodeError, Format, Reading
from device_profiles.recording import line_of, read_line
from edge_agent.sources import Outcome, RecordSettings, ReplaySource
from edge_agent.sources.heard import Heard, Intake, Refused, Source
from edge_agent.sources.record import RecordedSource, Recorder
from tests.edge_agent.sources.listening import NOW_MS, Listening, clock
from tests.until import until
from wire import DeviceId, TimeTrust

CHIRPSTACK = (
    b'{"delay_ms":20,"envelope":"chirpstack-v4","topic":"application/1/device/2/event/up",'
    b'"payload":{"deviceInfo":{"devEui":"70b3d57ed0000001"},"deduplicationId":"x",'
    b'"time":"2020-01-01T00:00:00+00:00","fPort":3,"data":"AQ=="}}'
)
READINGS = st.builds(
    Reading,
    device=st.text("abc-7", min_size=1, max_size=5).map(DeviceId),
    payload=st.binary(max_size=40),
    received_ms=st.integers(0, 2**50),
    trust=st.just(TimeTrust.SYNCED),
    port=st.none() | st.integers(0, 255),
    path=st.sampled_from(["", "/3431/0"]),
    format=st.sampled_from(Format),
    rssi_dbm=st.none() | st.floats(-140, 0),
    snr_db=st.none() | st.floats(-30, 30),
)


def replay(path: Path, intake: Listening, speed: float = 0.0) -> ReplaySource:
    one = ReplaySource(path, speed=speed, clock=clock)
    asyncio.run(asyncio.wait_for(one.run(intake), 20))
    assert one.ended.is_set()
    return one


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "heard.jsonl"


def test_lines_become_readings_of_now(file: Path) -> None:
    file.write_bytes(
        b'{"received_ms":1000,"device":"a","profile":"p","port":7,"hex":"01ff","at_ms":5,"identity":"x"}\n\n'
        + CHIRPSTACK
        + b"\n"
    )
    intake = Listening()
    one = replay(file, intake)
    first, second = intake.heard
    assert (first.reading.device, first.profile, first.reading.port) == ("a", "p", 7)
    assert first.reading.payload == b"\x01\xff"
    assert (second.reading.device, second.reading.port) == ("70b3d57ed0000001", 3)
    for item in (first, second):
        assert (item.reading.received_ms, item.reading.at_ms, item.reading.identity) == (NOW_MS, None, "")
    assert one.counts() == {"lines": 2, "stored": 2}


def test_a_broken_line_is_told_by_its_number(file: Path) -> None:
    file.write_bytes(
        b'{"device":"a"}\nnonsense\n{"device":"a","hexx":""}\n{"device":"","hex":""}\n{"device":"a","hex":"0"}'
    )
    intake = Listening(lambda _: Outcome.QUARANTINED)
    one = replay(file, intake)
    assert [item.where for item in intake.refused] == [f"heard.jsonl:{n}" for n in (2, 3, 4, 5)]
    assert "unknown field `hexx`" in intake.refused[1].reason
    assert "hexadecimal digits" in intake.refused[3].reason
    assert one.counts() == {"lines": 5, "quarantined": 5}


def test_it_ends_when_the_last_line_is_settled(file: Path) -> None:
    file.write_bytes(b'{"device":"a"}\n{"device":"b"}')

    async def story() -> None:
        intake = Listening(lambda _: None)
        one = ReplaySource(file, clock=clock)
        task = asyncio.create_task(one.run(intake))
        await until(lambda: len(intake.items) == 2)
        intake.items[1].settle(Outcome.STORED)
        assert not one.ended.is_set()
        intake.items[0].settle(Outcome.FAILED)
        await asyncio.wait_for(task, 5)
        assert one.ended.is_set()
        assert one.counts()["failed"] == 1

    asyncio.run(story())


def test_an_empty_file_ends_at_once(file: Path) -> None:
    file.write_bytes(b"\n")
    assert replay(file, Listening()).counts() == {}


def test_the_time_between_lines_is_kept_at_any_speed(file: Path) -> None:
    file.write_bytes(
        b'{"received_ms":1000,"device":"a"}\n'
        b'{"received_ms":61000,"device":"b"}\n'
        b'{"received_ms":31000,"device":"late"}\n'
        b'{"delay_ms":60000,"device":"c"}\n'
        b'{"delay_ms":-5,"device":"d"}\n'
        b'{"received_ms":181000,"device":"e"}\n'
    )
    one = ReplaySource(file, speed=1000.0, clock=clock)
    assert [due_s for due_s, _, _ in one._lines()] == [0, 60, 60, 120, 120, 180]
    intake = Listening()
    replay(file, intake, speed=100_000.0)
    assert [reading.device for reading in intake.readings] == ["a", "b", "late", "c", "d", "e"]


@pytest.mark.parametrize("speed", [-1.0, float("nan")])
def test_a_speed_below_nothing_is_refused(file: Path, speed: float) -> None:
    file.touch()
    with pytest.raises(ConfigError, match="speed"):
        ReplaySource(file, speed=speed)


def test_a_missing_file_is_refused(file: Path) -> None:
    with pytest.raises(ConfigError, match="recorded file"):
        ReplaySource(file)


@given(READINGS, st.text(max_size=5))
def test_what_is_written_down_comes_out_again(reading: Reading, profile: str) -> None:
    line = read_line(line_of(reading, profile))
    assert line.reading(reading.received_ms, TimeTrust.SYNCED) == reading
    assert (line.profile, line.received_ms) == (profile, reading.received_ms)


@given(st.binary(max_size=100))
def test_any_line_is_a_line_or_an_error(text: bytes) -> None:
    try:
        read_line(text)
    except DecodeError:
        return


class Talker:
    """A source that says what it is given."""

    name = "talker"

    def __init__(self, items: Sequence[Heard | Refused]) -> None:
        self._items = items

    async def run(self, intake: Intake) -> None:
        for number, item in enumerate(self._items):
            if number % 2:
                await intake.put(item)
            else:
                intake.offer(item)

    def counts(self) -> dict[str, int]:
        return {"said": len(self._items)}


def item(payload: bytes) -> Heard:
    reading = Reading(device=DeviceId("a"), payload=payload, received_ms=NOW_MS, trust=TimeTrust.SYNCED)
    return Heard(source="talker", reading=reading, profile="p", settle=lambda _: None)


def refused() -> Refused:
    return Refused(
        source="talker",
        where="",
        payload=b"",
        reason="",
        received_ms=0,
        trust=TimeTrust.SYNCED,
        settle=lambda _: None,
    )


def test_a_recording_can_be_replayed(file: Path) -> None:
    recorder = Recorder(RecordSettings(path=str(file)))
    source: Source = RecordedSource(Talker([item(b"1"), item(b"2"), refused(), item(b"3")]), recorder)
    heard = Listening()
    asyncio.run(source.run(heard))
    recorder.close()
    assert (source.name, source.counts()) == ("talker", {"said": 4})
    intake = Listening()
    replay(file, intake)
    assert [reading.payload for reading in intake.readings] == [b"1", b"2", b"3"]
    assert len(heard.items) == 4


def test_what_the_intake_does_not_take_is_not_written_down(file: Path) -> None:
    recorder = Recorder(RecordSettings(path=str(file)))
    full = Listening()
    full.full = True
    asyncio.run(RecordedSource(Talker([item(b"1")]), recorder).run(full))
    recorder.close()
    assert file.read_bytes() == b""


def test_a_full_recording_ends_and_says_so(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    recorder = Recorder(RecordSettings(path=str(file), most_mb=1))
    for _ in range(30):
        recorder.write(item(b"x" * 40_000))
    recorder.close()
    assert 900_000 < file.stat().st_size <= 1_000_000
    assert caplog.text.count("is full") == 1
    again = Recorder(RecordSettings(path=str(file), most_mb=1))  # what is there counts
    again.write(item(b"x" * 40_000))
    again.close()
    assert file.stat().st_size <= 1_000_000


def test_a_disk_that_is_full_ends_the_recording_alone(caplog: pytest.LogCaptureFixture) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full on this system")
    recorder = Recorder(RecordSettings(path=str(full)))
    recorder.write(item(b"x"))
    recorder.write(item(b"x"))
    assert caplog.text.count("recording ends") == 1


def test_a_recording_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"\[sources.record\]"):
        Recorder(RecordSettings(path=str(tmp_path)))


def test_private_devices_are_not_recorded(file: Path) -> None:
    recorder = Recorder(RecordSettings(path=str(file)))
    private = replace(item(b"room"), profile="thermal")
    source = RecordedSource(
        Talker([private, private, item(b"1")]), recorder, lambda _, profile: profile == "thermal"
    )
    heard = Listening()
    asyncio.run(source.run(heard))
    recorder.close()
    assert len(heard.items) == 3
    assert [read_line(line).hex for line in file.read_bytes().splitlines()] == [b"1".hex()]
