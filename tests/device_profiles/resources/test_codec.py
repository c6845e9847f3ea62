"""A SenML pack becomes observations: devices, properties, units and times."""

from collections.abc import Sequence
from pathlib import Path

import cbor2
import pytest
from msgspec.structs import replace

from device_profiles import Codec, DecodeError, Format, load_shelf
from device_profiles.folder import load_folder
from device_profiles.resources import says_its_times
from tests.device_profiles.made import HEAD, NOW_MS, reading
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


def _own(folder: Path, senml: str) -> Codec:
    head = HEAD.replace(
        'hex = "00", refused = "x"', 'text = "{}", format = "senml+json", refused = "expected"'
    )
    (folder / "profile.toml").write_text(head + senml, encoding="utf-8")
    return load_folder(folder).profile.decode


def _tlv(decode: Codec, hex: str, path: str) -> dict[str, object]:
    one = replace(reading(bytes.fromhex(hex), None, Format.LWM2M_TLV), path=path)
    return {row.property: row.value for row in decode(one)}


def test_a_site_brings_objects_of_its_own(tmp_path: Path) -> None:
    decode = _own(
        tmp_path,
        """
[senml]
drop = ["3303/5700"]
[senml.names]
"26241/3" = { property = "water.level", unit = "mm", type = "Integer" }
"26241/1/3" = { property = "water.pressure", unit = "kPa", type = "Unsigned Integer" }
"26241/4" = { property = "device.firmware", type = "Opaque" }
""",
    )
    assert _tlv(decode, "c20304d2c20400ff", "/26241/0") == {"water.level": 1.234, "device.firmware": "00ff"}
    assert _tlv(decode, "c103c8", "/26241/1") == {"water.pressure": 200_000}
    assert _tlv(decode, "e4164441ac0000", "/3303/0") == {}


@pytest.mark.parametrize(
    ("senml", "hex", "path", "words"),
    [
        (
            '[senml]\nnames."26241/3" = { property = "water.level" }',
            "c10301",
            "/26241/0",
            "expected the type",
        ),
        ("[senml]", "c10301", "/26241/0", "expected an LwM2M path or a property"),
        ('[senml]\nunknown = "drop"', "c10301", "/26241/0", "known name, got /26241/0/3"),
    ],
)
def test_objects_that_nobody_told_of(senml: str, hex: str, path: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(DecodeError, match=words):
        _tlv(_own(tmp_path, senml), hex, path)


def test_what_the_registry_knows_and_nobody_needs_is_passed_over(tmp_path: Path) -> None:
    decode = _own(tmp_path, "[senml]")
    assert _tlv(decode, "c2000141", "/3/0") == {}
    assert _tlv(decode, "", "/3/0") == {}


def test_timestamp_and_fraction_hold_for_their_instance_alone() -> None:
    generic = load_shelf().profile("generic_lwm2m").decode
    text = (
        '[{"bn":"/3303/0/","n":"5700","v":1},{"n":"5518","v":1700000000},{"n":"6050","v":0.25},'
        '{"bn":"/3303/1/","n":"5700","v":2},{"bn":"/3304/0/","n":"5700","v":3},{"n":"5518","v":0}]'
    )
    rows = generic(reading(text.encode(), None, Format.SENML_JSON))
    assert [(row.value, row.at_ms, row.trust) for row in rows] == [
        (1, 1_700_000_000_250, TimeTrust.DEVICE),
        (2, NOW_MS, TimeTrust.SYNCED),
        (3, NOW_MS, TimeTrust.SYNCED),
    ]


@pytest.mark.parametrize(
    ("payload", "form", "path", "says"),
    [
        (b'[{"n":"3431/0/1","vb":true,"t":1700000000}]', Format.SENML_JSON, "", True),
        (b'[{"n":"3431/0/1","vb":true,"t":5}]', Format.SENML_JSON, "", False),
        (bytes.fromhex("c10101e4158e6553f100"), Format.LWM2M_TLV, "/3431/0", True),
        (bytes.fromhex("c10101"), Format.LWM2M_TLV, "/3431/0", False),
        (b"", Format.LWM2M_TLV, "/3431/0", False),
        (b"nonsense", Format.SENML_JSON, "", False),
        (b"1", Format.TEXT, "/3431/0/1", False),
    ],
)
def test_whether_a_reading_says_its_times(payload: bytes, form: Format, path: str, says: bool) -> None:
    assert says_its_times(replace(reading(payload, None, form), path=path)) is says


def test_instances_can_be_devices_of_their_own(tmp_path: Path) -> None:
    two = '{"bn":"/3431/0/","n":"1","vb":true},{"bn":"/3431/1/","n":"1","vb":false}'
    one = reading(f'[{two},{{"bn":"","n":"door.open","vb":true}}]'.encode(), None, Format.SENML_JSON)
    devices = _own(tmp_path, '[senml]\ninstances = "devices"')
    assert [(row.device, row.value) for row in devices(one)] == [("d1", 1), ("d1/1", 0), ("d1", 1)]
    assert {row.device for row in _own(tmp_path, "[senml]")(one)} == {"d1"}
