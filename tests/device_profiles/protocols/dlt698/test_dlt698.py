"""Are DL/T 698.45's frames, services and data read as the standard writes them, and broken ones refused?"""

import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from device_profiles import DecodeError, load_shelf
from device_profiles.protocols.dlt698 import (
    Data,
    Dlt698Dialogue,
    Frame,
    Records,
    Result,
    Server,
    address_question,
    attribute_of,
    check16,
    dar_words,
    get_question,
    read_apdu,
    read_frame,
    write_frame,
)
from device_profiles.protocols.dlt698.objects import _FIXED
from tests.device_profiles.made import RELAXED, reading, told
from tests.device_profiles.protocols.written_frames import dlt698, fcs16
from wire import CATALOGUE

_METER = "210019052233"
_PROFILE = load_shelf().profile("meter_dlt698")
_APDU = bytes.fromhex("850101200f020001121388") + b"\x00\x00"
_ANSWER = dlt698(_METER, 0xC3, _APDU)


@pytest.mark.parametrize("wake_up", [b"", b"\xfe" * 4, b"\x00\xff\xfe"])
def test_any_number_of_wake_up_bytes(wake_up: bytes) -> None:
    frame, rest = read_frame(wake_up + _ANSWER)
    assert (frame.server, frame.client) == (Server(digits=_METER), 0x10)
    assert (frame.apdu, frame.from_server, rest) == (_APDU, True, b"")


@given(st.binary(max_size=64))
@example(b"123456789")
def test_the_check_is_rfc_1662s(octets: bytes) -> None:
    assert check16(octets) == fcs16(octets)


def test_the_checks_published_value() -> None:
    assert check16(b"123456789").hex() == "6e90"


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (b"", "start: expected 68"),
        (b"\x68", "length: expected a length"),
        (b"\x68\x02\x00", "length: expected 12"),
        (b"\x68\x17\x40" + bytes(40), "length in bytes"),
        (_ANSWER[:-1], "length: expected"),
        (_ANSWER[:-1] + b"\x17", "end: expected 16"),
        (_ANSWER[:-2] + bytes([_ANSWER[-2] ^ 1, 0x16]), "the FCS"),
        (_ANSWER[:12] + bytes([_ANSWER[12] ^ 1]) + _ANSWER[13:], "the HCS"),
        (_ANSWER[:4] + b"\x0f" + _ANSWER[5:15] + b"\x16", "length"),
    ],
)
def test_what_is_no_frame_is_refused_with_the_reason(octets: bytes, words: str) -> None:
    with pytest.raises(DecodeError, match=words):
        read_frame(octets)


@given(bit=st.integers(0, len(_ANSWER) * 8 - 1))
@RELAXED
def test_a_flipped_bit_never_changes_a_value(bit: int) -> None:
    broken = bytearray(_ANSWER)
    broken[bit // 8] ^= 1 << bit % 8
    with pytest.raises(DecodeError):
        _PROFILE.decode(reading(bytes(broken)))


@given(octets=st.binary(max_size=80), tag=st.sampled_from([5, 6, 9, 16, 129, 130, 133, 136, 137, 144, 238]))
@example(octets=b"\x01\x00" + b"\x00" * 4 + b"\x01" + b"\x01\x01" * 40 + b"\x00", tag=133)
@example(octets=b"\x03\x00" + b"\x00" * 4 + b"\x00\x01\x84\xff\xff\xff\xff", tag=133)
@example(octets=b"\x03\x00" + b"\x00" * 4 + b"\x01\x00\x00\x10\x02\x00\x01\x84\xff\xff\xff\xff", tag=133)
@example(octets=b"\x03\x00" + b"\x00" * 4 + b"\x5a\x02" * 30, tag=5)
@RELAXED
def test_any_apdu_is_read_or_refused(octets: bytes, tag: int) -> None:
    try:
        apdu = read_apdu(bytes([tag]) + octets)
    except DecodeError:
        return
    assert apdu.tag == tag


@given(address=st.text("0123456789", min_size=12, max_size=12), piid=st.integers(0, 63))
@RELAXED
def test_a_question_says_what_it_asks(address: str, piid: int) -> None:
    frame, rest = read_frame(get_question(address, ["00100200", "20000201"], piid))
    assert (frame.server.digits, frame.control, rest) == (address, 0x43, b"")
    apdu = read_apdu(frame.apdu)
    assert (apdu.service, apdu.piid, apdu.fields) == (
        "GetRequestNormalList",
        piid,
        {"oads": ["00100200", "20000201"]},
    )
    one = get_question(address, ["40010200"], piid).lstrip(b"\xfe")
    assert one == dlt698(address, 0x43, bytes([5, 1, piid]) + bytes.fromhex("4001020000"))


def test_addresses_with_unknown_digits() -> None:
    frame = read_frame(address_question())[0]
    assert frame.server == Server(digits="a" * 12, kind="wildcard")
    assert read_frame(get_question("12345", ["40010200"]))[0].server.digits == "000000012345"
    logical = Frame(control=0x43, server=Server(digits=_METER, logical=5), client=1, apdu=b"\x03\x00\x00")
    assert read_frame(write_frame(logical))[0] == logical


@pytest.mark.parametrize(
    ("address", "oads", "words"),
    [
        ("", ["40010200"], "meter address"),
        ("x", ["40010200"], "meter address"),
        ("1" * 31, ["40010200"], "meter address"),
        ("1", [], "1 to 127 attributes"),
        ("1", ["4001"], "OAD of eight"),
        ("1", ["x"], "OAD of eight"),
    ],
)
def test_what_cannot_be_asked(address: str, oads: list[str], words: str) -> None:
    with pytest.raises(DecodeError, match=words):
        get_question(address, oads)


def test_frames_that_are_scrambled_or_cut() -> None:
    scrambled = bytes((octet + 0x33) % 256 for octet in _APDU)
    assert read_frame(dlt698(_METER, 0xCB, scrambled))[0].apdu == _APDU
    piece = read_frame(dlt698(_METER, 0xE3, b"\x05\xc0" + _APDU[:4]))[0]
    assert piece.segment
    assert (piece.segment.number, piece.segment.kind, piece.apdu) == (5, "middle", _APDU[:4])
    with pytest.raises(DecodeError, match="expected piece 0"):
        _PROFILE.decode(reading(dlt698(_METER, 0xE3, b"\x05\xc0" + _APDU[:4])))
    parts = (b"\x00\x00" + _APDU[:4], b"\x01\xc0" + _APDU[4:8], b"\x02\x40" + _APDU[8:])
    pieces = [dlt698(_METER, 0xE3, part) for part in parts]
    assert told(_PROFILE.decode, b"".join(pieces)) == {"electricity.frequency": 50.0}
    with pytest.raises(DecodeError, match="expected piece 1 of an APDU, got piece 2"):
        _PROFILE.decode(reading(pieces[0] + pieces[2]))
    with pytest.raises(DecodeError, match="ask for less"):
        _PROFILE.decode(reading(pieces[0] + pieces[1]))
    with pytest.raises(DecodeError, match="ask for less"):
        _PROFILE.decode(reading(pieces[0] + _ANSWER))
    with pytest.raises(DecodeError, match="format of a segment"):
        read_frame(dlt698(_METER, 0xE3, b"\x05"))


@pytest.mark.parametrize(
    ("written", "data"),
    [
        ("00", Data(type="null", value=None)),
        ("0301", Data(type="bool", value=True)),
        ("040da5f8", Data(type="bit-string", value="1010010111111")),
        ("05fffffffe", Data(type="double-long", value=-2)),
        ("06fffffffe", Data(type="double-long-unsigned", value=0xFFFFFFFE)),
        ("09031a2b3c", Data(type="octet-string", value="1a2b3c")),
        ("0a0432323056", Data(type="visible-string", value="220V")),
        ("0c03e8a1a8", Data(type="utf8-string", value="表")),
        ("0ff6", Data(type="integer", value=-10)),
        ("10ff83", Data(type="long", value=-125)),
        ("11ff", Data(type="unsigned", value=255)),
        ("1208fc", Data(type="long-unsigned", value=2300)),
        ("14ffffffffffffffff", Data(type="long64", value=-1)),
        ("150000000000000001", Data(type="long64-unsigned", value=1)),
        ("1605", Data(type="enum", value=5)),
        ("173f800000", Data(type="float32", value=1.0)),
        ("18c000000000000000", Data(type="float64", value=-2.0)),
        ("1907e005130408050000a4", Data(type="date_time", value="2016-05-19T08:05:00.164")),
        ("1affffffffff", Data(type="date", value=None)),
        ("1a07e0051304", Data(type="date", value="2016-05-19")),
        ("1b080500", Data(type="time", value="08:05:00")),
        ("1c07e00114101b0b", Data(type="date_time_s", value="2016-01-20T16:27:11")),
        ("502000", Data(type="OI", value="2000")),
        ("5120000201", Data(type="OAD", value="20000201")),
        ("5250040200010010020a", Data(type="ROAD", value={"oad": "50040200", "columns": ["0010020a"]})),
        ("54010f00", Data(type="TI", value={"unit": "min", "count": 3840})),
        ("5507050000000000 01", Data(type="TSA", value="000000000001")),
        ("59fe21", Data(type="Scaler_Unit", value={"scaler": -2, "unit": 33})),
        ("5b0020000200", Data(type="CSD", value="20000200")),
        ("5c01", Data(type="MS", value={"meters": "all"})),
        ("5d0000000502aabb", Data(type="SID", value={"id": 5, "more": "aabb"})),
        ("5f0602080100", Data(type="COMDCB", value="0602080100")),
        ("600100 20210200", Data(type="RCSD", value=["20210200"])),
    ],
)
def test_every_type_of_data(written: str, data: Data) -> None:
    apdu = read_apdu(
        bytes.fromhex("850101") + bytes.fromhex("40000200") + b"\x01" + bytes.fromhex(written) + b"\0\0"
    )
    assert apdu.fields["result"] == Result(oad="40000200", data=data)


def test_arrays_in_structures() -> None:
    written = bytes.fromhex("0202 0102 120001 120002 00")
    apdu = read_apdu(bytes.fromhex("85010120000200") + b"\x01" + written + b"\x00\x00")
    number = [Data(type="long-unsigned", value=1), Data(type="long-unsigned", value=2)]
    data = Data(type="structure", value=[Data(type="array", value=number), Data(type="null", value=None)])
    assert apdu.fields["result"] == Result(oad="20000200", data=data)


# Annex D of DL/T 698.45-2017 and chapter 6.3.
@pytest.mark.parametrize(
    ("written", "service", "fields"),
    [
        (
            "01000000b407e005130408050000a4",
            "LinkRequest",
            {"kind": 0, "heartbeat_s": 180, "requested": "2016-05-19T08:05:00.164"},
        ),
        ("0501014001020000", "GetRequestNormal", {"oad": "40010200"}),
        (
            "860203024001020000 4000020000 0000",
            "SetResponseNormalList",
            {"results": [{"oad": "40010200", "dar": 0}, {"oad": "40000200", "dar": 0}]},
        ),
        ("860102400002000000 00", "SetResponseNormal", {"oad": "40000200", "dar": 0}),
        ("ee03020000", "ErrorResponse", {"error": 2}),
        ("0505010003 00", "GetRequestNext", {"block": 3}),
        (
            "07010500100300 00 00",
            "ActionRequestNormal",
            {"omd": "00100300", "data": Data(type="null", value=None)},
        ),
        ("8701050010030000 00 0000", "ActionResponseNormal", {"omd": "00100300", "dar": 0, "data": None}),
        ("0801050120000201 00", "ReportResponseList", {"oads": ["20000201"]}),
        ("0300 00", "ReleaseRequest", {}),
    ],
)
def test_services(written: str, service: str, fields: dict[str, object]) -> None:
    apdu = read_apdu(bytes.fromhex(written))
    assert (apdu.service, apdu.fields, apdu.follow, apdu.time_tag) == (service, fields, None, None)


def test_what_a_meter_adds_to_an_answer() -> None:
    follow = b"\x01\x01\x01" + bytes.fromhex("20000201") + b"\x01\x12\x08\xfc"
    tag = b"\x01" + bytes.fromhex("07e00114101b0b") + b"\x00\x00\x05"
    apdu = read_apdu(b"\x85\x01\x41" + bytes.fromhex("200f0200") + b"\x01\x12\x13\x88" + follow + tag)
    assert (apdu.acd, apdu.piid) == (True, 1)
    assert apdu.follow == [Result(oad="20000201", data=Data(type="long-unsigned", value=2300))]
    assert apdu.time_tag == {"sent": "2016-01-20T16:27:11", "delay": {"unit": "s", "count": 5}}
    rows = told(
        _PROFILE.decode,
        dlt698(
            _METER, 0xC3, b"\x85\x01\x41" + bytes.fromhex("200f0200") + b"\x01\x12\x13\x88" + follow + b"\x00"
        ),
    )
    assert rows == {"electricity.frequency": 50.0, "electricity.voltage_a": 230.0}


def test_records_have_a_row_of_columns_each() -> None:
    head = bytes.fromhex("850301" + "50040200" + "02" + "0020210200" + "0150040200" + "01" + "00100200")
    rows = b"\x01\x02" + b"\x00\x11\x01" + b"\x00\x11\x02"
    apdu = read_apdu(head + rows + b"\x00\x00")
    result = apdu.fields["result"]
    assert isinstance(result, Records)
    assert result.columns == ["20210200", {"oad": "50040200", "columns": ["00100200"]}]
    assert [[data.value for data in row] for row in result.rows] == [[None, 1], [None, 2]]
    with pytest.raises(DecodeError, match="at least one column"):
        read_apdu(bytes.fromhex("850301500402000001050000"))


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("99", "service of DL/T 698.45"),
        ("0509", "expected GetRequest 1 to 6"),
        ("050101400102000000", "1 more bytes"),
        ("85010120000200020000", "result of kind 0"),
        ("85010120000200010d0000", "expected a type of data, got 13"),
        ("85010120000200011208000200", "expected 00 or 01"),
        ("8501012000020001", "length: expected 1 bytes"),
        ("850101200002000101850000000001", "length of 1 to 4 bytes"),
        ("1005", "secured APDU of kind"),
    ],
)
def test_apdus_that_are_none(written: str, words: str) -> None:
    with pytest.raises(DecodeError, match=words):
        read_apdu(bytes.fromhex(written))


def test_structures_cannot_be_too_deep() -> None:
    deep = b"\x01\x01" * 20 + b"\x00"
    with pytest.raises(DecodeError, match="at most 16 deep"):
        read_apdu(bytes.fromhex("85010120000200") + b"\x01" + deep + b"\x00\x00")


def test_results_in_words() -> None:
    assert (dar_words(0).zh, dar_words(6).en, dar_words(36).zh) == ("成功", "no such object", "比对失败")
    assert dar_words(255).en == "other"
    assert "77" in dar_words(77).en


@pytest.mark.parametrize("number", sorted(_FIXED))
def test_properties_are_the_catalogues(number: int) -> None:
    attribute = attribute_of(f"{number:06x}00")
    assert attribute
    assert all(name in CATALOGUE for name in attribute.properties)
    assert attribute.title.zh


@pytest.mark.parametrize(
    ("oad", "decimals", "unit"),
    [
        ("00100200", 2, "kWh"),
        ("00100400", 4, "kWh"),
        ("00110201", 2, "kWh"),
        ("00300200", 2, "kvarh"),
        ("00900200", 2, "kVAh"),
        ("10100200", 4, "kW"),
        ("10300201", 4, "kvar"),
        ("20004201", 1, "V"),
    ],
)
def test_scalers(oad: str, decimals: int, unit: str) -> None:
    attribute = attribute_of(oad)
    assert attribute
    assert (attribute.decimals, attribute.unit) == (decimals, unit)


def test_attributes_out_of_the_table_say_nothing() -> None:
    for oad in ("00100100", "00150200", "0fff0200", "7f000200"):
        assert attribute_of(oad) is None
    assert told(_PROFILE.decode, dlt698(_METER, 0xC3, bytes.fromhex("8501017f000200011101") + b"\0\0")) == {}


@pytest.mark.parametrize("value", ["17" + struct.pack(">f", float("nan")).hex(), "06ffffffff", "00", "0a00"])
def test_what_is_not_measured_is_left_out(value: str) -> None:
    octets = dlt698(_METER, 0xC3, bytes.fromhex("850101200f020001" + value) + b"\x00\x00")
    assert told(_PROFILE.decode, octets) == {}


def test_an_answer_is_found_in_what_a_line_says() -> None:
    dialogue = Dlt698Dialogue([["200f0200"], ["20000200"]])
    first, second = dialogue.questions(_METER)
    other = dlt698("000000000001", 0xC3, _APDU)
    heard = first + b"\x68\x16" + other + b"\xfe\xfe" + _ANSWER
    assert dialogue.answer(_METER, first, heard) == _ANSWER
    assert dialogue.answer(_METER, second, heard) is None
    assert dialogue.answer("a" * 12, first, heard) == other
    for cut in range(1, len(_ANSWER)):
        assert dialogue.answer(_METER, first, heard[:-cut]) is None
    broken = _ANSWER[:-2] + bytes([_ANSWER[-2] ^ 1, 0x16])
    with pytest.raises(DecodeError, match="FCS"):
        dialogue.answer(_METER, first, broken)
    assert dialogue.answer(_METER, first, broken + _ANSWER) == _ANSWER
    refusal = dlt698(_METER, 0xC3, bytes.fromhex("ee01020000"))
    assert dialogue.answer(_METER, second, refusal) == refusal


@given(heard=st.binary(max_size=80))
@RELAXED
def test_any_noise_is_passed_over_or_refused(heard: bytes) -> None:
    dialogue = _PROFILE.dialogue
    assert dialogue
    question = dialogue.questions(_METER)[0]
    try:
        found = dialogue.answer(_METER, question, heard)
    except DecodeError:
        return
    assert found is None or found in heard


def test_an_address_is_sent_from_its_last_digits_on() -> None:
    assert get_question(_METER, ["40010200"]).lstrip(b"\xfe")[4:12].hex() == "05" + "332205190021" + "10"
