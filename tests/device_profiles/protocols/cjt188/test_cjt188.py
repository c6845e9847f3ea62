"""Are CJ/T 188's frames, totals and status words read as the standard and the field write them?"""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from device_profiles import DecodeError, load_shelf
from device_profiles.protocols.cjt188 import (
    IDENTIFIERS,
    UNITS,
    Cjt188Dialogue,
    Content,
    Dimension,
    Family,
    Frame,
    address_question,
    decode,
    family_of,
    read_question,
    type_words,
    write_frame,
)
from tests.device_profiles.made import RELAXED, reading, told
from tests.device_profiles.protocols.written_frames import cjt188, decimals

_METER = "00000805000001"
_SHELF = load_shelf()
_WATER = _SHELF.profile("meter_cjt188_water")
_HEAT = _SHELF.profile("meter_cjt188_heat")
_CLOCK = decimals("20240506071809")


def _quantity(digits: str, unit: int) -> bytes:
    return decimals(digits) + bytes([unit])


def _metered(body: bytes, kind: int = 0x10, wire: bytes = b"\x90\x1f") -> bytes:
    return cjt188(kind, _METER, 0x81, wire + b"\x00" + body)


_COLD = _metered(_quantity("00012345", 0x2C) + _quantity("00010000", 0x2C) + _CLOCK + b"\x00\x00")


def _content(octets: bytes) -> Content:
    content = decode(octets).content
    assert content
    return content


@pytest.mark.parametrize("wake_up", [b"", b"\xfe", b"\xfe" * 3, b"\x00" * 4 + b"\xfe" * 6, b"\xff\xfe"])
def test_any_number_of_wake_up_bytes(wake_up: bytes) -> None:
    message = decode(wake_up + _COLD)
    assert (message.frame.address, message.frame.meter_type, message.identifier) == (_METER, 0x10, 0x901F)
    assert message.content
    assert message.content.total
    assert message.content.total.value == 123.45


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (b"", "start: expected 68"),
        (b"\xfe\x00\x01", "start: expected 68"),
        (_COLD[:12], "length: expected at least 13"),
        (_COLD[:-1], "length: expected 35"),
        (_COLD[:-1] + b"\x00", "end: expected 16"),
        (_COLD[:-2] + bytes([_COLD[-2] ^ 0x80, 0x16]), "checksum: expected"),
    ],
)
def test_what_is_no_frame_is_refused_with_the_reason(octets: bytes, words: str) -> None:
    with pytest.raises(DecodeError, match=words):
        decode(octets)


@given(bit=st.integers(0, len(_COLD) * 8 - 1))
@RELAXED
def test_a_flipped_bit_never_changes_a_value(bit: int) -> None:
    broken = bytearray(_COLD)
    broken[bit // 8] ^= 1 << bit % 8
    try:
        came = told(_WATER.decode, bytes(broken))
    except DecodeError:
        return
    assert came == told(_WATER.decode, _COLD)


@given(data=st.binary(max_size=70), control=st.integers(0, 255), kind=st.integers(0, 255))
@example(data=b"\x90\x1f\x00" + b"\xff" * 43, control=0x81, kind=0x20)
@example(data=b"\x90\x1f\x00" + b"\x05" * 43, control=0x81, kind=0x20)
@example(data=b"\xd1\x20\x00" + b"\x2c" * 60, control=0x81, kind=0x10)
@RELAXED
def test_any_data_in_a_right_frame_are_read(data: bytes, control: int, kind: int) -> None:
    message = decode(cjt188(kind, _METER, control, data))
    assert message.frame.data == data
    assert (message.response, message.refused) == (control >= 0x80, bool(control & 0x40))


@pytest.mark.parametrize("identifier", sorted(IDENTIFIERS))
def test_identifiers_come_in_either_order(identifier: int) -> None:
    for order, swapped in (("big", False), ("little", True)):
        wire = identifier.to_bytes(2, order)  # type: ignore[arg-type]
        message = decode(cjt188(0x10, _METER, 0x01, wire + b"\x07"))
        assert (message.identifier, message.serial) == (identifier, 7)
        assert message.swapped is (swapped and wire != wire[::-1])


def test_an_unknown_identifier_is_taken_as_it_came() -> None:
    message = decode(cjt188(0x10, _METER, 0x81, b"\x12\x34\x00\x01"))
    assert (message.identifier, message.content, message.body) == (0x1234, None, b"\x01")


@pytest.mark.parametrize(
    ("kind", "family"),
    [
        (0x10, Family.WATER),
        (0x19, Family.WATER),
        (0x1A, Family.OTHER),
        (0x20, Family.HEAT),
        (0x21, Family.HEAT),
        (0x30, Family.GAS),
        (0x40, Family.OTHER),
        (0xAA, Family.OTHER),
    ],
)
def test_families(kind: int, family: Family) -> None:
    assert family_of(kind) is family
    assert type_words(kind).zh


@given(raw=st.integers(0, 99_999_999), code=st.sampled_from(sorted(UNITS)))
@RELAXED
def test_quantities_come_back_in_the_catalogues_unit(raw: int, code: int) -> None:
    unit = UNITS[code]
    places = 4 if unit.dimension is Dimension.FLOW else 2
    field = _quantity(f"{raw:08d}", code)
    if unit.dimension in (Dimension.ENERGY, Dimension.VOLUME):
        quantity = _content(_metered(field + b"\x00\x00")).total
    else:
        at = 2 if unit.dimension is Dimension.POWER else 3
        fields = [_quantity("00000000", other) for other in (5, 5, 0x17, 0x35, 0x2C)]
        fields[at] = field
        content = _content(_metered(b"".join(fields) + bytes(18), 0x20))
        quantity = content.power if at == 2 else content.flow
    assert quantity
    assert quantity.value == raw / 10**places
    assert quantity.converted == pytest.approx(float(raw * unit.factor / 10**places), rel=1e-15)


@pytest.mark.parametrize("raw", [b"\xff\xff\xff\xff", b"\x0a\x00\x00\x00", b"\x00\x00\x00\xee"])
def test_what_is_no_number_is_not_measured(raw: bytes) -> None:
    total = _content(_metered(raw + b"\x2c" + b"\x00\x00")).total
    assert total
    assert (total.value, total.converted) == (None, None)


_FIELDS = (("00532819", 5), ("00532819", 5), ("00000012", 0x17), ("00001800", 0x35), ("00183342", 0x2C))
_TAIL = decimals("001903") + decimals("001910") + decimals("002761") + _CLOCK + b"\x03\x01"


def _heat(turned: tuple[int, ...] = ()) -> bytes:
    """Return a heat meter's answer in which some fields have their unit first."""
    fields = [
        bytes([unit]) + decimals(digits) if number in turned else _quantity(digits, unit)
        for number, (digits, unit) in enumerate(_FIELDS)
    ]
    return _metered(b"".join(fields) + _TAIL, 0x20)


@pytest.mark.parametrize("turned", [(), (0, 1, 2, 3, 4), (0,), (1, 3), (4,)])
def test_units_in_front_of_their_values(turned: tuple[int, ...]) -> None:
    content = _content(_heat(turned))
    assert content.total
    assert content.settlement
    assert content.power
    assert content.flow
    assert content.volume
    values = [
        one.value for one in (content.settlement, content.total, content.power, content.flow, content.volume)
    ]
    assert values == [5328.19, 5328.19, 0.12, 0.18, 1833.42]
    assert content.unit_first is (turned == (0, 1, 2, 3, 4))
    assert (content.supply_c, content.return_c, content.hours) == (19.03, 19.1, 2761)


def test_a_value_that_looks_like_a_unit_does_not_turn_the_order() -> None:
    """500005.05 kWh has the code of kWh at both ends: the standard's order goes before the other."""
    fields = b"".join(_quantity("50000505", unit) for unit in (5, 5)) + _quantity("17001717", 0x17)
    body = fields + _quantity("35353535", 0x35) + _quantity("00002929", 0x2C) + _TAIL
    content = _content(_metered(body, 0x20))
    assert content.total
    assert content.total.value == 500005.05
    assert not content.unit_first


@pytest.mark.parametrize(
    ("status", "valve", "low"),
    [
        ("0000", "open", False),
        ("0100", "closed", False),
        ("0300", "fault", False),
        ("0200", None, False),
        ("0400", "open", True),
        ("2184", "closed", False),
        ("1301", "fault", False),
        ("00ff", "open", False),
    ],
)
def test_status_words(status: str, valve: str | None, low: bool) -> None:
    content = _content(_metered(_quantity("00000100", 0x2C) + bytes.fromhex(status)))
    assert (content.valve, content.battery_low) == (valve, low)


def test_valve_control_is_recognised() -> None:
    assert decode(cjt188(0x10, _METER, 0x04, b"\xa0\x17\x00\x55")).moved == "open"
    assert decode(cjt188(0x10, _METER, 0x04, b"\x17\xa0\x00\x99")).moved == "closed"
    assert decode(cjt188(0x10, _METER, 0x04, b"\xa0\x17\x00\x12")).moved is None
    answer = decode(cjt188(0x10, _METER, 0x84, b"\xa0\x17\x00\x01\x00"))
    assert answer.content
    assert answer.content.valve == "closed"


def test_settlements_of_other_months() -> None:
    octets = cjt188(0x10, _METER, 0x81, b"\xd1\x21\x00" + _quantity("00010000", 0x2C))
    content = _content(octets)
    assert [one.value for one in content.history] == [100.0]
    with pytest.raises(DecodeError, match="as the standard lays it out"):
        _WATER.decode(reading(cjt188(0x10, _METER, 0x81, b"\xd1\x21\x00" + bytes(4))))


def test_answers_with_more_than_the_standard_has() -> None:
    standard = _quantity("00012345", 0x2C) + _quantity("00010000", 0x2C) + _CLOCK + b"\x01\x00"
    longer = _content(_metered(standard + b"\x01\x02\x03"))
    assert (longer.clock, longer.valve) == ("20240506071809", "closed")
    unlike = _content(_metered(_quantity("00012345", 0x2C) + bytes(20)))
    assert unlike.total
    assert (unlike.total.value, unlike.settlement, unlike.clock, unlike.status) == (123.45, None, None, None)
    assert decode(_metered(bytes(20))).content is None
    assert decode(_metered(b"".join(_quantity(*field) for field in _FIELDS) + _TAIL + b"\x00", 0x20)).content
    assert decode(_metered(bytes(50), 0x20)).content is None


def test_a_question_says_what_it_asks() -> None:
    assert read_question(0x10, _METER).lstrip(b"\xfe") == cjt188(0x10, _METER, 0x01, b"\x90\x1f\x00")
    assert read_question(0x10, _METER, low_first=True).lstrip(b"\xfe") == cjt188(
        0x10, _METER, 0x01, b"\x1f\x90\x00"
    )
    assert decode(address_question()).frame.address == "a" * 14
    with pytest.raises(DecodeError, match="at most 100"):
        write_frame(Frame(meter_type=0x10, address=_METER, control=1, data=bytes(101)))


@pytest.mark.parametrize("address", ["", "123456789012345", "12-3", "xx:00000805000001", "111:1", "11:"])
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(DecodeError, match="expected a meter"):
        Cjt188Dialogue(0x10).questions(address)


def test_an_answer_is_found_in_what_a_line_says() -> None:
    dialogue = _WATER.dialogue
    assert dialogue
    question = dialogue.questions("11:805000001/1F90")[0]
    message = decode(question)
    assert (message.frame.meter_type, message.swapped) == (0x11, True)
    assert message.frame.address == _METER
    answer = _metered(_quantity("00012345", 0x2C) + b"\x00\x00", 0x11)
    other = cjt188(0x11, "00000000000002", 0x81, b"\x90\x1f\x00" + _quantity("00012345", 0x2C))
    heard = question + b"\x68\x16" + other + b"\xfe" + answer
    assert dialogue.answer(_METER, question, heard) == answer
    for cut in range(1, len(answer)):
        assert dialogue.answer(_METER, question, heard[:-cut]) is None
    refusal = cjt188(0x11, _METER, 0xC1, b"\x00\x00\x00")
    assert dialogue.answer(_METER, question, refusal) == refusal
    broken = answer[:-2] + bytes([answer[-2] ^ 1, 0x16])
    with pytest.raises(DecodeError, match="checksum"):
        dialogue.answer(_METER, question, broken)
    assert dialogue.answer(_METER, question, broken + answer) == answer


@given(heard=st.binary(max_size=80))
@RELAXED
def test_any_noise_is_passed_over_or_refused(heard: bytes) -> None:
    dialogue = _HEAT.dialogue
    assert dialogue
    question = dialogue.questions(_METER)[0]
    try:
        found = dialogue.answer(_METER, question, heard)
    except DecodeError:
        return
    assert found is None or found in heard


def test_something_behind_a_frame_is_not_passed_over() -> None:
    with pytest.raises(DecodeError, match="start"):
        _WATER.decode(reading(_COLD + b"\x01\x02"))
    assert told(_WATER.decode, _COLD + b"\r\n") == told(_WATER.decode, _COLD)
