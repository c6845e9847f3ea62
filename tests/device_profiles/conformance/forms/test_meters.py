"""Are rows of meters judged by every fact that they state?"""

from typing import Any

import pytest

from device_profiles import DecodeError
from device_profiles.conformance import Setting
from device_profiles.conformance.forms import cjt188, dlt645, dlt698
from device_profiles.conformance.vector import Form
from tests.device_profiles.corpus import vectors
from tests.device_profiles.protocols import written_frames as written

_FORMS: dict[str, Form] = {"dlt645": dlt645, "dlt698": dlt698, "cjt188": cjt188}
_METER = "210019052233"


def _right(row: dict[str, Any]) -> bool:
    """Say whether a row agrees, or is invalid and refused."""
    form = _FORMS[row["protocol"]]
    assert form.fits(row)
    vector = form.vector(row, Setting())
    try:
        came = vector.decode()
    except DecodeError:
        return vector.invalid
    return not vector.invalid and vector.compare(came) is None


@pytest.mark.parametrize("protocol", list(_FORMS))
def test_the_corpus_agrees(protocol: str) -> None:
    rows = vectors(f"{protocol}_vectors.jsonl")
    assert [row["id"] for row in rows if not _right(row)] == []


def _row(protocol: str, octets: bytes, **expected: object) -> dict[str, Any]:
    layer = expected.pop("layer", "frame")
    return {"protocol": protocol, "bytes": octets.hex(), "layer": layer, "expected": expected}


_VOLTAGES = written.dlt645(_METER, 0x91, written.identifier("0201ff00") + bytes.fromhex("0423ffffffff"))
_FACTS_645: dict[str, tuple[object, object]] = {
    "addr": (_METER, "210019052234"),
    "control": ("91", "11"),
    "dir": ("response", "request"),
    "error_response": (False, True),
    "more_follows": (False, True),
    "data": ("00ff01020423ffffffff", "00ff01020423ffff"),
    "version": (2007, 1997),
    "di": ("0201FF00", "02010100"),
    "unit": ("V", "A"),
    "values": ([230.4, None, None], [230.4, 0, 0]),
    "invalid_bcd_or_ff": (True, False),
}


@pytest.mark.parametrize("fact", list(_FACTS_645))
def test_each_fact_of_a_645_row_counts(fact: str) -> None:
    right, wrong = _FACTS_645[fact]
    assert _right(_row("dlt645", _VOLTAGES, ok=True, **{fact: right}))
    assert not _right(_row("dlt645", _VOLTAGES, ok=True, **{fact: wrong}))


def test_errors_texts_and_addresses_of_645_rows() -> None:
    refusal = written.dlt645(_METER, 0xD1, b"\x02")
    assert _right(_row("dlt645", refusal, ok=True, err="02", error_response=True))
    assert not _right(_row("dlt645", refusal, ok=True, err="04"))
    assert not _right(_row("dlt645", refusal, ok=True, value=1))
    address = written.dlt645(_METER, 0x93, written.decimals(_METER))
    assert _right(_row("dlt645", address, ok=True, address_read=_METER))
    text = written.dlt645(_METER, 0x91, written.identifier("04000404") + b"\0\0V022")
    assert _right(_row("dlt645", text, ok=True, text="220V"))
    assert not _right(_row("dlt645", text, ok=True, text="V022"))


def test_an_edition_that_a_code_does_not_tell_may_be_either() -> None:
    told = written.dlt645("9" * 12, 0x08, bytes.fromhex("512210050617"))
    for version in (1997, 2007):
        assert _right(_row("dlt645", told, ok=True, version=version))
    assert not _right(_row("dlt645", told, ok=True, version=2008))
    several = written.dlt645(_METER, 0xC5, bytes.fromhex("b6ce30"))
    for err in ("b6ce30", "B6"):
        assert _right(_row("dlt645", several, ok=True, err=err, error_response=True))
    assert not _right(_row("dlt645", several, ok=True, err="30"))


@pytest.mark.parametrize("protocol", list(_FORMS))
def test_an_invalid_row_must_be_refused(protocol: str) -> None:
    good = {
        "dlt645": _VOLTAGES,
        "dlt698": written.dlt698(_METER, 0xC3, bytes.fromhex("ee01020000")),
        "cjt188": written.cjt188(0x10, "1".zfill(14), 0x83, b"\x81\x0a\x00"),
    }[protocol]
    broken = good[:-2] + bytes([good[-2] ^ 1, 0x16])
    assert _right(_row(protocol, broken, ok=False, error="checksum"))
    assert not _right(_row(protocol, good, ok=False, error="checksum"))
    assert not _right(_row(protocol, broken, ok=True))


_CLOCK = bytes.fromhex("09180706052420")
_WATER = written.cjt188(
    0x10,
    "00000805000001",
    0x81,
    b"\x1f\x90\x07" + written.decimals("12345600") + b"\x29" + bytes(4) + b"\x2c" + _CLOCK + b"\x05\x00",
)
_FACTS_188: dict[str, tuple[object, object]] = {
    "type": ("cold_water", "hot_water"),
    "addr": ("00000805000001", "00000805000002"),
    "control": ("81", "01"),
    "di": ("901f", "9010"),
    "di_byte_order": ("1f90 (swapped in the field)", "901f"),
    "ser": (7, 8),
    "total": ({"value": 123456.0, "unit": "L"}, {"value": 123456.0, "unit": "m3"}),
    "settlement": ({"value": 0.0, "unit": "m3"}, {"value": 0.0, "unit": "kWh"}),
    "time_bcd": ("20240506071809", "20240506071808"),
    "status": ("0500", "0501"),
    "valve": ("closed", "open"),
    "battery_low": (True, False),
    "unit_first_variant": (False, True),
}


@pytest.mark.parametrize("fact", list(_FACTS_188))
def test_each_fact_of_a_188_row_counts(fact: str) -> None:
    right, wrong = _FACTS_188[fact]
    assert _right(_row("cjt188", _WATER, ok=True, **{fact: right}))
    assert not _right(_row("cjt188", _WATER, ok=True, **{fact: wrong}))


def test_a_quantity_may_be_told_in_another_unit() -> None:
    assert _right(_row("cjt188", _WATER, ok=True, total={"value": 123.456, "unit": "m3"}))
    assert _right(_row("cjt188", _WATER, ok=True, di="1f90", data=_WATER[14:-2].hex()))
    assert not _right(_row("cjt188", _WATER, ok=True, power={"value": 1, "unit": "kW"}))


def test_digits_without_a_known_unit_stand_as_the_standard_has_them() -> None:
    body = b"\x1f\x90\x01" + bytes.fromhex("1772000000") + bytes(14)
    octets = written.cjt188(0x30, "1".zfill(14), 0x81, body)
    assert _right(_row("cjt188", octets, ok=True, type="gas", total={"value": 72.17, "unit": "0x00"}))
    assert not _right(_row("cjt188", octets, ok=True, total={"value": 0.72, "unit": "kW"}))
    assert not _right(_row("cjt188", octets, ok=True, total={"value": 72.17, "unit": "m3"}))


def test_bits_of_the_valve_without_a_meaning_say_nothing() -> None:
    for status, right, wrong in ((b"\x02\x00", (None, "reserved"), "open"), (b"\x01\x00", ("closed",), None)):
        body = b"\x90\x1f\x00" + bytes(4) + b"\x2c" + status
        octets = written.cjt188(0x10, "1".zfill(14), 0x81, body)
        assert all(_right(_row("cjt188", octets, ok=True, valve=valve)) for valve in right)
        assert not _right(_row("cjt188", octets, ok=True, valve=wrong))


def test_errors_of_188_rows() -> None:
    octets = written.cjt188(0x10, "1".zfill(14), 0xC1, b"\x07\x04\x00")
    for facts in ({"err": "0400", "ser": 7}, {"err": "070400"}, {"data": "070400", "status": "0400"}):
        assert _right(_row("cjt188", octets, ok=True, error_response=True, **facts))
    assert not _right(_row("cjt188", octets, ok=True, err="04"))
    assert not _right(_row("cjt188", octets, ok=True, err="0400", error_response=False))


_SET = bytes.fromhex("060102400002001c07e00114101b0b00")


@pytest.mark.parametrize(
    ("octets", "note", "wrong"),
    [
        (_SET, "PIID=2，无 TimeTag", "PIID=3，无 TimeTag"),
        (_SET, "PIID-ACD=0x02", "PIID-ACD=0x03"),
        (_SET, "OAD=40000200", "OAD=40000201"),
        (_SET, "date_time_s=2016-01-20 16:27:11", "date_time_s=2016-01-20 16:27:12"),
        (_SET, "SetRequestNormal", "GetRequestNormal"),
        (_SET, "客户机 06H", "客户机 05H"),
        (bytes.fromhex("860102400002000600 00"), "DAR=6，无 FollowReport", "DAR=0，无 FollowReport"),
        (bytes.fromhex("860102400002000600 00"), "对象不存在（6）", "对象不存在（6），DAR 均为 0"),
        (bytes.fromhex("ee03020000"), "服务不支持（2）", "服务不支持（1）"),
        (bytes.fromhex("01000000b407e005130408050000a4"), "登录，周期 180s", "心跳，周期 180s"),
        (bytes.fromhex("01000200b407e005130408050000a4"), "退出登录", "登录"),
        (bytes.fromhex("0502050200100200002002 0000"), "两个 OAD", "三个 OAD"),
        (bytes.fromhex("1000 08 0501014001020000 01 02abcd"), "PIID=1，OAD=40010200", "PIID=1，OAD=40010201"),
        (bytes.fromhex("85010120000201 01 1208fc 00 00"), "电压 230.0V", "电压 231.0V"),
    ],
)
def test_the_facts_of_a_note_count(octets: bytes, note: str, wrong: str) -> None:
    assert _right(_row("dlt698", octets, layer="apdu", note=note, standard_ref="D.4.1"))
    assert not _right(_row("dlt698", octets, layer="apdu", note=wrong, standard_ref="D.4.1"))


def test_facts_of_698_frames() -> None:
    octets = written.dlt698(_METER, 0x43, bytes.fromhex("0501014001020000"), client=11)
    facts: dict[str, object] = {
        "control": "43",
        "sa": _METER,
        "ca": 11,
        "hcs_ok": True,
        "oad": "40010200",
        "piid": 1,
    }
    assert _right(_row("dlt698", octets, ok=True, **facts))
    for name, value in {
        "control": "c3",
        "sa": "1",
        "ca": 12,
        "hcs_ok": False,
        "oad": "40010201",
        "piid": 2,
    }.items():
        assert not _right(_row("dlt698", octets, ok=True, **(facts | {name: value})))


def test_a_piece_may_be_shown_with_its_number_and_an_address_with_its_logical_one() -> None:
    octets = written.dlt698(_METER, 0xE3, b"\x01\xc0" + b"\x06\x00")
    for apdu in ("0600", "01C00600"):
        assert _right(_row("dlt698", octets, ok=True, apdu=apdu))
    assert not _right(_row("dlt698", octets, ok=True, apdu="00C00600"))
    logical = written.dlt698(_METER + "01", 0x43, bytes.fromhex("0501022000020100"), described=0x26)
    for address in (_METER, _METER + "01"):
        assert _right(_row("dlt698", logical, ok=True, sa=address, logical=1))
    assert not _right(_row("dlt698", logical, ok=True, sa=_METER + "02"))


@pytest.mark.parametrize("protocol", list(_FORMS))
@pytest.mark.parametrize("digits", ["681", "68zz", "6８"])
def test_digits_that_spell_no_bytes_are_refused(protocol: str, digits: str) -> None:
    row = {"protocol": protocol, "bytes": digits, "expected": {"ok": False}}
    assert _right(row)
    with pytest.raises(DecodeError, match="expected hexadecimal digits in pairs"):
        _FORMS[protocol].vector(row, Setting()).decode()
    assert not _right({**row, "expected": {"ok": True}})


@pytest.mark.parametrize("form", [dlt645, dlt698, cjt188])
def test_rows_of_other_shapes_do_not_fit(form: Form) -> None:
    assert not form.fits({"protocol": "mbus", "bytes": "", "expected": {}})
    assert not form.fits({"protocol": form.__name__.rpartition(".")[2]})  # type: ignore[attr-defined]
