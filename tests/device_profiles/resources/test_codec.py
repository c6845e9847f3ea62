"""A SenML pack becomes observations: devices, properties, units and times."""

from collections.abc import Sequence

import cbor2
import pytest

from device_profiles import DecodeError, Format, load_shelf
from tests.device_profiles.made import NOW_MS, reading
from wire import Observation, TimeTrust

_DECODE = load_shelf().profile("parking_lwm2m_3431").decode
_URN = "urn:dev:mac:0024befffe804ff1"


def _rows(text: str) -> Sequence[Observation]:
    return _DECODE(reading(text.encode(), None, Format.SENML_JSON))


@pytest.mark.parametrize(
    ("name", "device"),
    [
        ("3431/0/1", "d1"),
        ("/3431/0/1", "d1"),
        ("/3431/12/1/0", "d1"),
        ("parking.occupied", "d1"),
        (f"{_URN}/3431/0/1", _URN),
        (f"{_URN}:3431/0/1", _URN),
        (f"{_URN}:parking.occupied", _URN),
        ("bay-7/parking.occupied", "bay-7"),
    ],
)
def test_a_name_says_device_and_property(name: str, device: str) -> None:
    (row,) = _rows(f'[{{"n":"{name}","vb":true}}]')
    assert (row.device, row.property, row.value) == (device, "parking.occupied", 1)


@pytest.mark.parametrize(
    ("times", "at_ms", "trust"),
    [
        ("", NOW_MS, TimeTrust.SYNCED),
        (',"t":0', NOW_MS, TimeTrust.SYNCED),
        (',"t":-30.5', NOW_MS - 30_500, TimeTrust.SYNCED),
        (',"t":268435455', NOW_MS + 268_435_455_000, TimeTrust.SYNCED),
        (',"t":268435456', 268_435_456_000, TimeTrust.DEVICE),
        (',"bt":1700000000,"t":0.25', 1_700_000_000_250, TimeTrust.DEVICE),
        (',"bt":-10,"t":-5', NOW_MS - 15_000, TimeTrust.SYNCED),
    ],
)
def test_times(times: str, at_ms: int, trust: TimeTrust) -> None:
    (row,) = _rows(f'[{{"n":"3431/0/1","vb":false{times}}}]')
    assert (row.at_ms, row.trust) == (at_ms, trust)


def test_several_devices_and_units_in_one_pack() -> None:
    rows = _rows(
        '[{"bn":"urn:dev:mac:0024befffe804ff1/","n":"3431/0/1","v":1},{"n":"3431/0/2","u":"min","v":2},'
        '{"bn":"urn:dev:mac:0024befffe804ff2/","n":"3303/0/5700","u":"K","v":273.15},{"n":"3/0/7","v":3600}]'
    )
    assert [(row.device[-1], row.property, row.value) for row in rows] == [
        ("1", "parking.occupied", 1),
        ("1", "parking.duration", 120),
        ("2", "device.temperature", 0),
        ("2", "device.battery_v", 3.6),
    ]


def test_bytes_without_a_declared_form_are_recognised() -> None:
    pack = [{-2: "/3431/0/", 0: "1", 4: True}]
    (row,) = _DECODE(reading(cbor2.dumps(pack)))
    assert row.value == 1
    (row,) = _DECODE(reading(b'[{"n":"3431/0/1","vb":false}]'))
    assert row.value == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "expected a SenML record with a known name, got an empty pack"),
        ('[{"n":"9999/0/1","v":1}]', "known name, got 9999/0/1"),
        ('[{"n":"3431/0/1","v":2}]', "parking.occupied: expected true or false, got 2"),
        ('[{"n":"3431/0/1","vs":"yes"}]', "expected true or false, got 'yes'"),
        ('[{"n":"3431/0/2","vb":true}]', "expected a number, got True"),
        ('[{"n":"3431/0/2","u":"Cel","v":1}]', "expected the unit s, got Cel"),
        ('[{"n":"3/0/3","v":1}]', "expected a text, got 1"),
        ('[{"n":"3431/0/1","vb":true,"t":1e12}]', "before the year 10000"),
        ('[{"n":"3431/0/2","u":"h","v":4611686018427387904}]', "of 64 bits"),
    ],
)
def test_what_makes_no_sense_is_refused(text: str, words: str) -> None:
    with pytest.raises(DecodeError, match=words):
        _rows(text)
