"""Are DL/T 645's frames, identifiers and values read as the standard writes them, and broken ones refused?"""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from device_profiles import DecodeError, load_shelf
from device_profiles.declared.units import conversion
from device_profiles.protocols.dlt645 import (
    EVERYBODY,
    Frame,
    Item,
    Kind,
    Message,
    address_question,
    decode,
    follow_question,
    function_words,
    item_1997,
    item_2007,
    read_question,
    time_broadcast,
    write_frame,
)
from device_profiles.protocols.dlt645.table_1997 import TABLE_1997
from device_profiles.protocols.dlt645.table_2007 import TABLE_2007
from tests.device_profiles.made import RELAXED, reading, told
from tests.device_profiles.protocols.written_frames import decimals, dlt645, identifier
from wire import CATALOGUE

_METER = "210019052233"
_SHELF = load_shelf()
_DECODE = _SHELF.profile("meter_dlt645_2007").decode
_ENERGY = dlt645(_METER, 0x91, identifier("00010000") + decimals("00123456"))
_ADDRESSES = st.text("0123456789", min_size=12, max_size=12)


def _value(di: str, data: bytes, control: int = 0x91) -> Message:
    return decode(dlt645(_METER, control, identifier(di) + data))


@pytest.mark.parametrize("wake_up", [b"", b"\xfe", b"\xfe" * 4, b"\x00" * 3 + b"\xfe" * 9, b"\xff\x00\xfe"])
def test_any_number_of_wake_up_bytes(wake_up: bytes) -> None:
    message = decode(wake_up + _ENERGY)
    assert (message.frame.address, message.version, message.identifier) == (_METER, 2007, 0x00010000)
    assert message.content
    assert message.content.values == (1234.56,)


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (b"", "start: expected 68"),
        (b"\xfe\xfe\xfe", "start: expected 68"),
        (b"\x68" + bytes(30), "start: expected 68"),
        (_ENERGY[:11], "length: expected at least 12"),
        (_ENERGY[:-1], "length: expected 20 bytes"),
        (_ENERGY[:-1] + b"\x17", "end: expected 16"),
        (_ENERGY[:-2] + bytes([_ENERGY[-2] ^ 1, 0x16]), "checksum: expected"),
    ],
)
def test_what_is_no_frame_is_refused_with_the_reason(octets: bytes, words: str) -> None:
    with pytest.raises(DecodeError, match=words):
        decode(octets)


@given(bit=st.integers(0, len(_ENERGY) * 8 - 1))
@RELAXED
def test_a_flipped_bit_never_changes_a_value(bit: int) -> None:
    broken = bytearray(_ENERGY)
    broken[bit // 8] ^= 1 << bit % 8
    try:
        came = told(_DECODE, bytes(broken))
    except DecodeError:
        return
    assert came == told(_DECODE, _ENERGY)


@given(st.binary(max_size=60))
@example(b"\x68" * 40)
@example(b"\x68\0\0\0\0\0\0\x68\x91\xff")
@RELAXED
def test_any_bytes_are_read_or_refused(octets: bytes) -> None:
    for control in (b"", b"\x68" + bytes(6) + b"\x68"):
        try:
            message = decode(control + octets)
        except DecodeError:
            continue
        assert len(message.frame.address) == 12


@given(data=st.binary(max_size=40), control=st.integers(0, 255))
@example(data=b"\x02", control=0xD1)
@example(data=b"", control=0xD1)
@example(data=b"\x01\x02", control=0xC3)
@RELAXED
def test_any_data_in_a_right_frame_are_read(data: bytes, control: int) -> None:
    message = decode(dlt645(_METER, control, data))
    assert message.frame.data == data
    assert message.response is (control >= 0x80)
    assert bool(message.errors) is bool(control & 0x40)


@given(address=_ADDRESSES, di=st.integers(0, 2**32 - 1))
@RELAXED
def test_a_question_says_what_it_asks(address: str, di: int) -> None:
    message = decode(read_question(address, di))
    assert (message.frame.address, message.identifier, message.response) == (address, di, False)
    assert message.content is None
    assert read_question(address, di).lstrip(b"\xfe") == dlt645(address, 0x11, identifier(f"{di:08x}"))
    old = decode(read_question(address, di & 0xFFFF, 1997))
    assert (old.version, old.identifier) == (1997, di & 0xFFFF)


def test_the_other_questions() -> None:
    assert decode(address_question()).frame == Frame(address="a" * 12, control=0x13, data=b"")
    clock = decode(time_broadcast("240506071809"))
    assert (clock.frame.address, clock.frame.data.hex()) == (EVERYBODY, "091807060524")
    more = decode(follow_question(_METER, 0x00010000, 1))
    assert (more.identifier, more.frame.data[-1]) == (0x00010000, 1)
    assert decode(follow_question("1", 0x901F, 1, 1997)).identifier == 0x901F
    assert function_words(0x91, 2007).en == "read"
    assert function_words(0x83, 1997).zh == "重读数据"
    assert "1F" in function_words(0x1F, 2007).en


@pytest.mark.parametrize("address", ["", "x", "1234567890123", "12-34", "²"])
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(DecodeError, match="12 digits"):
        read_question(address, 0x00010000)


def test_what_cannot_be_asked() -> None:
    with pytest.raises(DecodeError, match="identifier of 2 bytes"):
        read_question(_METER, 0x00010000, 1997)
    with pytest.raises(DecodeError, match="YYMMDDhhmmss"):
        time_broadcast("2405060718")
    with pytest.raises(DecodeError, match="sequence"):
        follow_question(_METER, 0x00010000, 256)
    with pytest.raises(DecodeError, match="at most 200"):
        write_frame(Frame(address=_METER, control=0x11, data=bytes(201)))


_NUMBERS = [item for item in TABLE_2007.items() if item[1].kind is Kind.NUMBER]


@given(row=st.sampled_from(_NUMBERS), raw=st.integers(0, 79_999_999), negative=st.booleans())
@RELAXED
def test_numbers_come_back(row: tuple[int, Item], raw: int, negative: bool) -> None:
    di, item = row
    limit = 8 * 10 ** (item.width * 2 - 1)
    raw %= limit
    digits = f"{raw:0{item.width * 2}d}"
    if negative and item.signed:
        digits = f"{int(digits[0]) + 8:x}" + digits[1:]
        raw = -raw
    content = _value(f"{di:08x}", decimals(digits)).content
    assert content
    assert content.raws == (raw,)
    assert content.values == (raw / 10**item.decimals,)


@pytest.mark.parametrize(
    ("di", "data", "values"),
    [
        ("0201ff00", "0423ffffffff", (230.4, None, None)),
        ("0202ff00", "231500" + "000080" + "ffffff", (1.523, 0, None)),
        ("02060000", "8589", (-0.985,)),
        ("02060000", "8509", (0.985,)),
        ("02030000", "0000e0", (-60.0,)),
        ("00010000", "00000e00", (None,)),
        ("02800002", "0050", (50.0,)),
        ("02800007", "2581", (-12.5,)),
        ("04000306", "200100", (120,)),
        ("020a0102", "3412", (12.34,)),
        ("00900100", "56341200", (1234.56,)),
        ("05060101", "0000010000000200", (100.0, 200.0)),
    ],
)
def test_values_by_hand(di: str, data: str, values: tuple[float | None, ...]) -> None:
    content = _value(di, bytes.fromhex(data)).content
    assert content
    assert content.values == values


def test_a_demand_has_its_time() -> None:
    message = _value("0101ff00", decimals("034567") + decimals("2405060715") + b"\xff" * 8)
    assert message.content
    assert message.content.values == (3.4567, None)
    assert message.content.times == ("2024-05-06T07:15:00", None)


@pytest.mark.parametrize(
    ("di", "data", "time"),
    [
        ("04000101", "01060524", "2024-05-06"),
        ("04000102", "091807", "07:18:09"),
        ("04000102", "096007", None),
        ("0400010c", "091807" + "01060524", "2024-05-06T07:18:09"),
        ("0400010c", "00" * 7, None),
        ("0400010c", "ff" * 7, None),
        ("05000001", "1507060524", "2024-05-06T07:15:00"),
        ("1d000101", "091507060524", "2024-05-06T07:15:09"),
    ],
)
def test_clocks(di: str, data: str, time: str | None) -> None:
    content = _value(di, bytes.fromhex(data)).content
    assert content
    assert content.times == (time,)


def test_texts_come_backwards_and_filled_up() -> None:
    for data in (b"V022", b"\x00\x00V022", b"V022\xff\xff", b"  V022"):
        content = _value("04000404", data).content
        assert content
        assert content.text == "220V"
    empty = _value("04000403", b"\xff" * 32).content
    assert empty
    assert empty.text is None
    number = _value("04000402", decimals("000012345678")).content
    assert number
    assert number.text == "000012345678"


@pytest.mark.parametrize(
    ("control", "data", "version"),
    [
        (0x01, "1090", 1997),
        (0x81, "109001000000", 1997),
        (0x03, "", 1997),
        (0x83, "109001000000", 1997),
        (0x03, "ff000007" + "00" * 8, 2007),
        (0x83, "ff000007" + "00" * 8, 2007),
        (0xC3, "0100", 2007),
        (0xC3, "01", 1997),
        (0x0A, "00" * 6, 1997),
        (0x08, "00" * 6, 2007),
        (0x13, "", 2007),
        (0x1C, "00" * 16, 2007),
    ],
)
def test_editions_are_told_apart(control: int, data: str, version: int) -> None:
    assert decode(dlt645(_METER, control, bytes.fromhex(data))).version == version


@pytest.mark.parametrize(
    ("control", "data", "words"),
    [
        (0xD1, "02", "无请求数据"),
        (0xD4, "44", "密码错/未授权、费率数超"),
        (0xC1, "01", "非法数据"),
        (0xC1, "02", "数据标识错"),
        (0xC3, "0200", "重复充值"),
        (0xD1, "00", "未说明的错误"),
    ],
)
def test_errors_in_words(control: int, data: str, words: str) -> None:
    message = decode(dlt645(_METER, control, bytes.fromhex(data)))
    assert message.refused
    assert "、".join(word.zh for word in message.errors) == words


def test_more_follows_and_the_follow_up() -> None:
    first = _value("0001ff00", decimals("00000100"), 0xB1)
    assert first.more_follows
    rest = _value("0001ff00", decimals("00000200") + b"\x01", 0x92)
    assert (rest.sequence, rest.more_follows) == (1, False)
    assert rest.content
    assert rest.content.values == (2.0,)


def test_follow_ups_of_1997_have_no_number() -> None:
    """DL/T 645-1997 answers 02 with the identifier and the data, as it asks with the identifier alone."""
    last = decode(dlt645(_METER, 0x82, b"\x1f\x90" + decimals("00000200") + decimals("00000300")))
    assert last.sequence is None
    assert last.content
    assert last.content.values == (2.0, 3.0)


def test_an_identifier_out_of_the_tables_is_kept_as_bytes() -> None:
    message = _value("0e010203", b"\x01\x02")
    assert (message.identifier, message.item, message.content) == (0x0E010203, None, None)
    assert message.rest == b"\x01\x02"
    assert _value("00010000", b"\x01").content is None


@pytest.mark.parametrize("number", [*range(0x0B), 0x15, 0x1E, 0x29, 0x32, 0x3D, 0x46, 0x80, 0x94, 0xA8, 0xBC])
def test_every_register_has_its_tariffs_and_days(number: int) -> None:
    for tariff, day in ((0, 0), (4, 0), (0x3F, 12), (0xFF, 0), (0, 0xFF)):
        item = item_2007(number << 16 | tariff << 8 | day)
        assert item
        assert item.unit in ("kWh", "kvarh", "kVAh")
        assert item.block is (0xFF in (tariff, day))
    assert item_2007(number << 16 | 0x40 << 8) is None
    assert item_2007(number << 16 | 0x0D) is None


def test_registers_that_are_none() -> None:
    for number in (0x14, 0x28, 0x3C, 0x47, 0x87):
        assert item_2007(number << 16) is None
    assert item_2007(0x02010400) is None
    assert item_2007(0x02010101) is None
    assert item_1997(0x9017) is not None
    assert item_1997(0x9C10) is None
    assert item_1997(0x9070) is None


def _known() -> list[tuple[int, Item]]:
    families = [0x00010000, 0x0001FF00, 0x01010000, *(0x02000000 | n << 16 | 0xFF00 for n in range(1, 7))]
    found = [(di, item) for di in families if (item := item_2007(di))]
    old = [(di, item) for di in (0x9010, 0x901F, 0xA010, 0x9410) if (item := item_1997(di))]
    return [*TABLE_2007.items(), *TABLE_1997.items(), *found, *old]


@pytest.mark.parametrize(("di", "item"), _known(), ids=lambda one: f"{one:X}" if isinstance(one, int) else "")
def test_properties_are_the_catalogues_in_its_units(di: int, item: Item) -> None:
    assert item.title.zh
    assert item.title.en
    for name in item.properties:
        unit = CATALOGUE[name].unit
        if item.kind not in (Kind.NUMBER, Kind.DEMAND) or name == "meter.balance":
            continue
        linear = conversion(item.unit or "/", unit)
        assert linear is not None
        assert linear.of(1) == 10**item.shift


_DIALOGUE = _SHELF.profile("meter_dlt645_2007").dialogue


def test_an_answer_is_found_in_what_a_line_says() -> None:
    assert _DIALOGUE
    questions = _DIALOGUE.questions(_METER)
    question = questions[0]
    answer = dlt645(_METER, 0x91, identifier("0001ff00") + decimals("00000100"))
    other = dlt645("999999999998", 0x91, identifier("0001ff00") + decimals("00000100"))
    late = dlt645(_METER, 0x91, identifier("02800002") + decimals("5000"))
    noise = b"\x68\x16\x00\xff\x68"
    assert _DIALOGUE.answer(_METER, question, b"") is None
    assert _DIALOGUE.answer(_METER, question, question) is None
    heard = question + noise + other + late + b"\xfe" * 4 + answer
    assert _DIALOGUE.answer(_METER, question, heard) == answer
    for cut in range(1, len(answer)):
        assert _DIALOGUE.answer(_METER, question, heard[:-cut]) is None
    assert _DIALOGUE.answer("a" * 12, question, heard) == other
    refusal = dlt645(_METER, 0xD1, b"\x02")
    assert _DIALOGUE.answer(_METER, question, refusal + b"\x00") == refusal
    assert len(questions) == len(set(questions)) == 8


def test_a_broken_answer_is_said() -> None:
    assert _DIALOGUE
    question = _DIALOGUE.questions("5")[0]
    answer = bytearray(dlt645("000000000005", 0x91, identifier("0001ff00") + decimals("00000100")))
    answer[-2] ^= 1
    with pytest.raises(DecodeError, match="checksum"):
        _DIALOGUE.answer("5", question, bytes(answer))
    answer[-2] ^= 1
    again = bytes(answer[:-2]) + b"\x00\x16" + bytes(answer)
    assert _DIALOGUE.answer("5", question, again) == bytes(answer)


@given(heard=st.binary(max_size=80))
@RELAXED
def test_any_noise_is_passed_over_or_refused(heard: bytes) -> None:
    assert _DIALOGUE
    question = _DIALOGUE.questions(_METER)[0]
    try:
        found = _DIALOGUE.answer(_METER, question, heard)
    except DecodeError:
        return
    assert found is None or found in heard


def test_a_lost_start_does_not_lose_a_frame() -> None:
    assert told(_DECODE, b"\x7f\x80" + _ENERGY) == told(_DECODE, _ENERGY)
    for at in (0, 7):
        broken = bytearray(_ENERGY)
        broken[at] ^= 1
        with pytest.raises(DecodeError, match="start"):
            _DECODE(reading(bytes(broken) + _ENERGY))


def test_something_behind_a_frame_is_not_passed_over() -> None:
    with pytest.raises(DecodeError, match="start"):
        _DECODE(reading(_ENERGY + b"\x01\x02\x03"))
    assert told(_DECODE, _ENERGY + b"\r\n") == told(_DECODE, _ENERGY)
