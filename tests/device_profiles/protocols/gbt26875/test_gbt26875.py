"""Are the units of GB/T 26875.3 read as the standard writes them, answered, and broken ones refused?"""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from device_profiles import DecodeError, Reading, load_shelf
from device_profiles.protocols.gbt26875 import (
    COMPONENT_STATES,
    Command,
    Kind,
    Unit,
    answer_to,
    component_words,
    local_time,
    read_objects,
    read_unit,
    read_units,
    system_words,
    words_of,
    write_unit,
)
from tests.device_profiles.made import NOW_MS, RELAXED, reading
from tests.device_profiles.protocols.written_frames import component, gbt26875
from wire import DeviceId, TimeTrust

_PROFILE = load_shelf().profile("fire_gbt26875")
_ALARM = gbt26875(2, bytes([2, 1]) + component(42, 0b10, text="3号楼"))
_EVENT_MS = 1_714_950_489_000
"""2024-05-06 07:08:09 in Beijing."""


def test_the_head_of_a_unit() -> None:
    unit, rest = read_unit(b"\x00\r\n" + _ALARM + b"@@")
    assert (unit.serial, unit.command, unit.version, unit.time) == (
        1,
        Command.SEND,
        (1, 1),
        "2024-05-06T07:08:09",
    )
    assert (unit.source, unit.destination) == ("00000001e240", "000000000064")
    assert rest == b"@@"


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (b"", "start: expected @@"),
        (b"x" + _ALARM, "start: expected @@"),
        (_ALARM[:20], "length: expected at least 30"),
        (_ALARM[:-1], "length: expected 78"),
        (_ALARM[:24] + b"\xff\xff" + _ALARM[26:], "length: expected at most 1024"),
        (_ALARM[:-1] + b"x", "end: expected ##"),
        (_ALARM[:-3] + bytes([_ALARM[-3] ^ 1]) + b"##", "checksum: expected"),
    ],
)
def test_what_is_no_unit_is_refused_with_the_reason(octets: bytes, words: str) -> None:
    with pytest.raises(DecodeError, match=words):
        read_unit(octets)


@given(bit=st.integers(0, len(_ALARM) * 8 - 1))
@RELAXED
def test_a_flipped_bit_is_refused(bit: int) -> None:
    broken = bytearray(_ALARM)
    broken[bit // 8] ^= 1 << bit % 8
    with pytest.raises(DecodeError):
        _PROFILE.decode(reading(bytes(broken)))


@given(application=st.binary(max_size=120), command=st.integers(0, 255))
@example(application=bytes([6, 2, 1, 1, 255]), command=2)
@example(application=bytes([26, 1, 3]) + b"\xff\xff\xff", command=2)
@example(application=bytes([3, 1]) + bytes(16), command=2)
@RELAXED
def test_any_application_data_are_read_or_refused(application: bytes, command: int) -> None:
    try:
        rows = _PROFILE.decode(reading(gbt26875(command, application)))
    except DecodeError:
        return
    assert all(row.device.startswith("d1") for row in rows)


@given(octets=st.binary(max_size=80))
@RELAXED
def test_any_bytes_are_read_or_refused(octets: bytes) -> None:
    for head in (b"", b"@@"):
        try:
            unit = read_unit(head + octets)[0]
        except DecodeError:
            continue
        assert len(unit.source) == 12


@given(
    serial=st.integers(0, 0xFFFF),
    command=st.sampled_from(Command),
    application=st.binary(max_size=1024),
    source=st.integers(0, 2**48 - 1),
)
@RELAXED
def test_units_come_back(serial: int, command: Command, application: bytes, source: int) -> None:
    unit = Unit(
        serial=serial,
        command=command,
        application=application,
        source=f"{source:012x}",
        destination="0" * 12,
        time="2024-05-06T07:08:09",
    )
    assert read_units(write_unit(unit) * 2) == [unit, unit]


def test_answers_to_a_unit() -> None:
    unit = read_unit(_ALARM)[0]
    confirmed = read_unit(answer_to(unit, Command.CONFIRM, "2024-05-06T07:08:10"))[0]
    assert (confirmed.serial, confirmed.command, confirmed.application) == (1, Command.CONFIRM, b"")
    assert (confirmed.source, confirmed.destination) == (unit.destination, unit.source)
    denied = answer_to(unit, Command.DENY, "2024-05-06T07:08:10")
    with pytest.raises(DecodeError, match="denies unit 1"):
        _PROFILE.decode(reading(denied))


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        (Unit(serial=1, source="x", destination="0" * 12, command=3), "12 hexadecimal digits"),
        (Unit(serial=1, source="00", destination="0" * 12, command=3), "12 hexadecimal digits"),
        (Unit(serial=1, source="0" * 12, destination="0" * 12, command=3, time="now"), "expected a time"),
        (
            Unit(serial=1, source="0" * 12, destination="0" * 12, command=3, time="2024-13-06T07:08:09"),
            "expected a time",
        ),
        (
            Unit(serial=1, source="0" * 12, destination="0" * 12, command=2, application=bytes(1025)),
            "at most 1024",
        ),
    ],
)
def test_units_that_cannot_be_sent(unit: Unit, words: str) -> None:
    with pytest.raises(DecodeError, match=words):
        write_unit(unit)


def test_objects_by_hand() -> None:
    setup = bytes([6, 2, 1, 1, 4]) + "一层".encode("gb18030") + bytes([1, 2, 0])
    first, second = read_objects(setup)
    assert (first.kind, first.system_address, first.text, second.text) == (Kind.SYSTEM_SETUP, 1, "一层", "")
    named = read_objects(bytes([7, 1, 1, 2, 42, 4, 3, 2, 1]) + "东走廊".encode("gb18030").ljust(31, b"\0"))[0]
    assert (named.component, named.address, named.text) == (42, "01020304", "东走廊")
    assert read_objects(bytes([28, 1, 9, 8, 7, 6, 5, 24]))[0].time == "2024-05-06T07:08:09"
    assert read_objects(bytes([8, 1, 1, 2, 9, 8, 7, 6, 5, 24]))[0].time == "2024-05-06T07:08:09"
    assert read_objects(bytes([5, 1, 1, 2, 3, 4]))[0].version == "3.4"
    below = read_objects(bytes([3, 1, 1, 1, 31, 1, 0, 0, 0, 3]) + b"\x83\xff" + bytes(6))[0]
    assert (below.raw, below.analogue, below.time) == (-125, 3, None)


@pytest.mark.parametrize(
    ("application", "words"),
    [
        (b"\x02", "a kind and a count"),
        (b"\x02\x01", "expected 1 objects of kind 2"),
        (b"\x63\x01", "got kind 99"),
        (bytes([28, 1, 9, 8, 7, 6, 5, 24, 0]), "1 more bytes"),
        (bytes([6, 1, 1, 1, 9, 0]), "expected 1 objects of kind 6"),
    ],
)
def test_objects_that_are_none(application: bytes, words: str) -> None:
    with pytest.raises(DecodeError, match=words):
        read_objects(application)


def test_words() -> None:
    assert words_of(0b1, COMPONENT_STATES).en == "normal"
    assert words_of(0b1000110, COMPONENT_STATES).zh == "火警、故障、反馈"
    assert (system_words(12).en, component_words(200).zh) == ("sprinklers", "部件类型200")
    assert system_words(200).zh == "系统类型200"
    assert local_time(bytes([60, 8, 7, 6, 5, 24])) is None
    assert local_time(bytes([9, 8, 7, 6, 5, 124])) is None


@pytest.mark.parametrize(
    ("heard_ms", "trust", "at_ms", "expected"),
    [
        (_EVENT_MS + 60_000, TimeTrust.SYNCED, _EVENT_MS, TimeTrust.DEVICE),
        (_EVENT_MS - 60_000, TimeTrust.SYNCED, _EVENT_MS, TimeTrust.DEVICE),
        (_EVENT_MS - 600_000, TimeTrust.SYNCED, _EVENT_MS - 600_000, TimeTrust.SYNCED),
        (_EVENT_MS + 8 * 86_400_000, TimeTrust.SYNCED, _EVENT_MS + 8 * 86_400_000, TimeTrust.SYNCED),
        (5000, TimeTrust.UNSYNCED, _EVENT_MS, TimeTrust.DEVICE),
    ],
)
def test_whose_time_is_believed(heard_ms: int, trust: TimeTrust, at_ms: int, expected: TimeTrust) -> None:
    heard = Reading(device=DeviceId("d1"), payload=_ALARM, received_ms=heard_ms, trust=trust)
    assert {(row.at_ms, row.trust) for row in _PROFILE.decode(heard)} == {(at_ms, expected)}


def test_a_date_that_does_not_exist_is_not_believed() -> None:
    octets = gbt26875(2, bytes([21, 1, 1, 9, 8, 7, 30, 2, 24]))
    assert {row.at_ms for row in _PROFILE.decode(reading(octets))} == {NOW_MS}


def test_operations_that_clear_an_alarm() -> None:
    rows = _PROFILE.decode(reading(gbt26875(2, bytes([24, 1, 0b1000, 7, 9, 8, 7, 6, 5, 24]))))
    assert [(row.property, row.value) for row in rows] == [
        ("fire.operation", "操作员7 警情消除 | operator 7: alarm cleared"),
        ("fire.alarm", 0),
    ]
    with pytest.raises(DecodeError, match="kind 1 to 12"):
        _PROFILE.decode(reading(gbt26875(2, bytes([3, 1]) + bytes(16))))
