"""The table [javascript]: what a codec gives becomes observations, or is refused in words."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from device_profiles import DecodeError, Format, ProfileError, load_shelf
from device_profiles.commands import main
from device_profiles.folder import load_folder
from tests.device_profiles.javascript.hostile import codec
from tests.device_profiles.made import RELAXED, reading, told

TOP = """
key = "air_acme_c1"
title = { zh = "测试", en = "made" }
heartbeat_s = 600
silent_after_s = 3600
sources = ["this test"]
"""


def profile(folder: Path, body: str, table: str, top: str = TOP) -> Path:
    made = folder / "air_acme_c1"
    made.mkdir(exist_ok=True)
    (made / "profile.toml").write_text(top + "[javascript]\n" + table, encoding="utf-8")
    (made / "codec.js").write_text(codec(body), encoding="utf-8")
    return made


def decoded(
    folder: Path, value: str, field: str, payload: bytes = b"\1", port: int | None = 1
) -> dict[str, object]:
    """Return what a field makes of a value that the codec gives."""
    made = profile(folder, f"return {{ data: {value} }};", f"[[javascript.field]]\n{field}\n")
    return dict(told(load_folder(made).profile.decode, payload, port))


@pytest.mark.parametrize(
    ("value", "field", "came"),
    [
        ("{ t: 21.5 }", 'path = "t"\nproperty = "air.temperature"', {"air.temperature": 21.5}),
        ("{ t: 70.7 }", 'path = "t"\nproperty = "air.temperature"\nunit = "degF"', {"air.temperature": 21.5}),
        ("{ t: '21.50' }", 'path = "t"\nproperty = "air.temperature"', {"air.temperature": 21.5}),
        ("{ t: '21' }", 'path = "t"\nproperty = "air.temperature"', {"air.temperature": 21}),
        (
            "{ v: 3599 }",
            'path = "v"\nproperty = "device.battery_v"\nunit = "mV"',
            {"device.battery_v": 3.599},
        ),
        (
            "{ b: 211 }",
            'path = "b"\nproperty = "device.battery_v"\nscale = 0.004\noffset = 2.5',
            {"device.battery_v": 3.344},
        ),
        (
            "{ kwh: 12345.678 }",
            'path = "kwh"\nproperty = "electricity.index"',
            {"electricity.index": 12345.678},
        ),
        (
            "{ wh: 9007199254740991 }",
            'path = "wh"\nproperty = "electricity.index"\nunit = "Wh"',
            {"electricity.index": 9007199254740.991},
        ),
        ("{ a: { b: [{ c: 4 }] } }", 'path = "a.b.0.c"\nproperty = "air.co2"', {"air.co2": 4}),
        ("{ 'a.b': { '0': 4 } }", 'path = ["a.b", 0]\nproperty = "air.co2"', {"air.co2": 4}),
        (
            "{ door: 'open' }",
            'path = "door"\nproperty = "door.open"\nenum = { open = true, close = false }',
            {"door.open": 1},
        ),
        (
            "{ door: 2 }",
            'path = "door"\nproperty = "door.open"\nenum = { 2 = true, 1 = false }',
            {"door.open": 1},
        ),
        ("{ door: true }", 'path = "door"\nproperty = "door.open"', {"door.open": 1}),
        ("{ door: 0 }", 'path = "door"\nproperty = "door.open"', {"door.open": 0}),
        ("{ closed: true }", 'path = "closed"\nproperty = "door.open"\ninvert = true', {"door.open": 0}),
        (
            "{ valve: 'on' }",
            'path = "valve"\nproperty = "meter.valve"\nenum = { on = "open" }',
            {"meter.valve": "open"},
        ),
        (
            "{ door: 'ajar' }",
            'path = "door"\nproperty = "door.open"\nenum = { open = true }\notherwise = "drop"',
            {},
        ),
        ("{ fw: 'v1.10' }", 'path = "fw"\nproperty = "device.firmware"', {"device.firmware": "v1.10"}),
        ("{ fw: 12 }", 'path = "fw"\nproperty = "device.firmware"', {"device.firmware": "12"}),
        ("{ t: null }", 'path = "t"\nproperty = "air.temperature"', {}),
        ("{ t: NaN }", 'path = "t"\nproperty = "air.temperature"', {}),
        ("{ }", 'path = "t"\nproperty = "air.temperature"', {}),
        ("{ t: -999 }", 'path = "t"\nproperty = "air.temperature"\nabsent = [-999, "error"]', {}),
        ("{ t: 'error' }", 'path = "t"\nproperty = "air.temperature"\nabsent = [-999, "error"]', {}),
        ("{ t: 200 }", 'path = "t"\nproperty = "air.temperature"\nrange = [-40, 85]\noutside = "drop"', {}),
        ("[1, 2]", 'path = "1"\nproperty = "air.co2"', {"air.co2": 2}),
    ],
)
def test_a_field(tmp_path: Path, value: str, field: str, came: dict[str, object]) -> None:
    found = decoded(tmp_path, value, field)
    assert found == came
    assert [type(one) for one in found.values()] == [type(one) for one in came.values()]


@pytest.mark.parametrize(
    ("value", "field", "says"),
    [
        (
            "{ t: 'warm' }",
            'path = "t"\nproperty = "air.temperature"',
            "expected t of the codec to be a number, got 'warm'",
        ),
        ("{ t: true }", 'path = "t"\nproperty = "air.temperature"', "to be a number, got True"),
        ("{ t: 1e300 }", 'path = "t"\nproperty = "air.temperature"', "to be a number of 64 bits"),
        ("{ t: '1e999' }", 'path = "t"\nproperty = "air.temperature"', "to be a finite number"),
        (
            "{ t: 99 }",
            'path = "t"\nproperty = "air.temperature"\nrange = [-40, 85]',
            r"to be in \[-40, 85\], got 99",
        ),
        ("{ t: {} }", 'path = "t"\nproperty = "air.temperature"', "to be a number, got {}"),
        (
            "{ d: 'ajar' }",
            'path = "d"\nproperty = "door.open"\nenum = { open = true }',
            "to be one of open, got 'ajar'",
        ),
        ("{ d: 2 }", 'path = "d"\nproperty = "door.open"', "to be true, false, 1 or 0, got 2"),
        (
            "{ f: 'x'.repeat(300) }",
            'path = "f"\nproperty = "device.firmware"',
            "a text of at most 200 characters",
        ),
    ],
)
def test_what_a_field_does_not_allow(tmp_path: Path, value: str, field: str, says: str) -> None:
    with pytest.raises(DecodeError, match=says):
        decoded(tmp_path, value, field)


FIELD = '[[javascript.field]]\npath = "t"\nproperty = "air.temperature"\n'


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("return { errors: ['unknown port', 'and more'] };", "the codec refuses: unknown port; and more"),
        ("return { data: { t: 1 }, errors: ['no'] };", "the codec refuses: no"),
        ("return { errors: [] };", "expected data from the codec"),
        ("return {};", "expected data from the codec, got nothing"),
        ("return { data: 5 };", "expected data from the codec"),
        ("throw new RangeError('short');", "the codec threw: short"),
    ],
)
def test_what_a_codec_refuses(tmp_path: Path, body: str, says: str) -> None:
    decode = load_folder(profile(tmp_path, body, FIELD)).profile.decode
    with pytest.raises(DecodeError, match=says):
        decode(reading(b"\1"))


def test_ports_formats_and_unknown_fields_are_held_to(tmp_path: Path) -> None:
    made = profile(
        tmp_path,
        "return { data: { t: 1, log: [1, 2], new_one: 5 } };",
        'ports = [85]\nunknown = "refuse"\nignored = ["log"]\n' + FIELD,
    )
    decode = load_folder(made).profile.decode
    with pytest.raises(DecodeError, match="expected port 85, got port 1"):
        decode(reading(b"\1", 1))
    with pytest.raises(DecodeError, match="expected the device's own bytes"):
        decode(reading(b"[]", 85, Format.SENML_JSON))
    with pytest.raises(DecodeError, match="expected fields that the profile lists, got new_one"):
        decode(reading(b"\1", 85))


def test_the_first_field_of_a_property_is_taken(tmp_path: Path) -> None:
    table = FIELD + '[[javascript.field]]\npath = "u"\nproperty = "air.temperature"\n'
    for data, came in (("{ t: 1, u: 2 }", 1), ("{ u: 2 }", 2), ("{ t: null, u: 2 }", 2)):
        decode = load_folder(profile(tmp_path, f"return {{ data: {data} }};", table)).profile.decode
        assert told(decode, b"\1") == {"air.temperature": came}


def test_a_normalized_answer_may_have_several_measurements(tmp_path: Path) -> None:
    made = profile(
        tmp_path,
        "return { data: { t: 1 } };",
        'normalize = true\n[[javascript.field]]\npath = "air.temperature"\nproperty = "air.temperature"\n',
    )
    (made / "codec.js").write_text(
        codec("return { data: { t: input.bytes[0] }, warnings: ['low'] };")
        + "function normalizeUplink(input) { var t = input.data.t;"
        " return { data: [{ air: { temperature: t } }, { air: { temperature: 2 } }] }; }",
        encoding="utf-8",
    )
    rows = load_folder(made).profile.decode(reading(b"\7"))
    assert [row.value for row in rows] == [7, 2]


def test_time_and_link_come_from_the_reading(tmp_path: Path) -> None:
    body = "return { data: { t: input.recvTime.getTime() / 1e12 } };"
    decode = load_folder(profile(tmp_path, body, FIELD, TOP + "link = true\n")).profile.decode
    rows = decode(replace(reading(b"\1"), at_ms=1_600_000_000_000, rssi_dbm=-97.0, snr_db=5.5))
    assert [(row.property, row.value) for row in rows] == [
        ("air.temperature", 1.6),
        ("link.rssi", -97.0),
        ("link.snr", 5.5),
    ]
    assert {row.at_ms for row in rows} == {1_600_000_000_000}


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (
            '[[javascript.field]]\npath = "t"\nproperty = "air.temprature"\n',
            "javascript > field 1, key property: expected one of the catalogue",
        ),
        (
            '[[javascript.field]]\npath = "t"\nproperty = "air.temperature"\nunit = "kWh"\n',
            "key unit: expected one that becomes Cel",
        ),
        (
            '[[javascript.field]]\npath = ""\nproperty = "air.temperature"\n',
            "key path: expected names joined by dots",
        ),
        (
            '[[javascript.field]]\npath = "d"\nproperty = "door.open"\nscale = 2\n',
            "expected scale, offset, unit and range for numbers only",
        ),
        (
            '[[javascript.field]]\npath = "d"\nproperty = "air.co2"\ninvert = true\n',
            "key invert: expected it for truths only",
        ),
        (
            '[[javascript.field]]\npath = "d"\nproperty = "door.open"\nenum = { open = "yes" }\n',
            "key enum: expected a truth as value",
        ),
        (
            '[[javascript.field]]\npath = "d"\nproperty = "air.co2"\nenum = { low = true }\n',
            "key enum: expected a number as value",
        ),
        ("field = []\n", "key field: expected at least one"),
        ('file = "../codec.js"\n' + FIELD, "key file: expected a file beside the profile.toml"),
        ('file = "other.js"\n' + FIELD, "key file: expected a file 'other.js'"),
        ('entry = "encodeDownlink"\n' + FIELD, "key entry: expected one of uplink, decodeUplink"),
        ('unknwon = "drop"\n' + FIELD, "unknwon"),
    ],
)
def test_a_wrong_table_is_named(tmp_path: Path, table: str, says: str) -> None:
    with pytest.raises(ProfileError, match=says):
        load_folder(profile(tmp_path, "return { data: {} };", table))


def test_loading_runs_nothing_and_check_runs_the_tests(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    top = TOP + 'tests = [{ hex = "01", gives = { "air.temperature" = 2 } }]\n'
    made = profile(tmp_path, "return { data: { t: 1 } };", FIELD, top)
    shelf = load_shelf([tmp_path])
    assert shelf.profile("air_acme_c1").slow
    assert main(["check", str(made), "--lang", "en"]) == 1
    assert "expected air.temperature=2, got air.temperature=1" in capsys.readouterr().err
    (made / "codec.js").write_text(codec("return { data: { t: 2 } };"), encoding="utf-8")
    assert main(["check", str(made), "--lang", "en"]) == 0
    assert "air_acme_c1: good, 1 readings" in capsys.readouterr().out


def test_a_codec_that_went_away_is_a_refusal(tmp_path: Path) -> None:
    made = profile(tmp_path, "return { data: { t: 1 } };", FIELD)
    decode = load_folder(made).profile.decode
    (made / "codec.js").unlink()
    with pytest.raises(DecodeError, match=r"no such file|No such file"):
        decode(reading(b"\1"))


@RELAXED
@given(payload=st.binary(max_size=60), port=st.none() | st.integers(0, 255))
def test_any_bytes_give_observations_or_a_refusal(tmp_path: Path, payload: bytes, port: int | None) -> None:
    body = (
        "var b = input.bytes; if (b.length > 40) for (;;) {} if (b[0] & 1) throw b;"
        " var d = {}; d['k' + b[1]] = b[2] / b[3]; d.t = b[4] === 0 ? 1e400 : b[5];"
        " return { data: d, errors: b[6] & 1 ? ['no'] : [] };"
    )
    decode = load_folder(profile(tmp_path, body, FIELD)).profile.decode
    try:
        rows = decode(replace(reading(payload), port=port))
    except DecodeError:
        return
    assert all(row.property == "air.temperature" for row in rows)
