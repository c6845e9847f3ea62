"""Each kind of field reads back what a device of that kind would write."""

import math
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_profiles import DecodeError
from tests.device_profiles.made import RELAXED, codec_of, told

_ORDER = st.sampled_from(["big", "little"])


@given(st.data(), st.integers(1, 8), _ORDER, st.booleans(), st.integers(0, 3))
@RELAXED
def test_integers(
    tmp_path: Path, data: st.DataObject, width: int, order: str, signed: bool, before: int
) -> None:
    bits = width * 8
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    value = data.draw(st.integers(low, min(high, 2**63 - 1)))
    codec = codec_of(
        tmp_path,
        f"""
        [[frame]]
        name = "f"
        field = [{{ at = {before}, kind = "{"int" if signed else "uint"}", width = {width}, order = "{order}",
                    property = "device.fault" }}]
        """.replace("\n                    ", " "),
    )
    encoded = bytes(before) + value.to_bytes(width, "big" if order == "big" else "little", signed=signed)
    assert told(codec, encoded) == {"device.fault": value}


def test_a_whole_number_beyond_64_signed_bits_is_refused(tmp_path: Path) -> None:
    codec = codec_of(tmp_path, '[[frame]]\nname = "f"\nfield = [{ width = 8, property = "device.fault" }]')
    assert told(codec, (2**63 - 1).to_bytes(8, "big")) == {"device.fault": 2**63 - 1}
    with pytest.raises(DecodeError, match="64 bits, got 9223372036854775808"):
        told(codec, (2**63).to_bytes(8, "big"))


@given(st.data(), st.integers(1, 8), _ORDER)
@RELAXED
def test_bits(tmp_path: Path, data: st.DataObject, width: int, order: str) -> None:
    high = data.draw(st.integers(0, width * 8 - 1))
    low = data.draw(st.integers(max(0, high - 61), high))
    signed = data.draw(st.booleans())
    whole = data.draw(st.integers(0, 2 ** (width * 8) - 1))
    codec = codec_of(
        tmp_path,
        f'[[frame]]\nname = "f"\nfield = [{{ kind = "{"int" if signed else "uint"}", width = {width}, '
        f'order = "{order}", bits = [{high}, {low}], property = "device.fault" }}]',
    )
    expected = (whole >> low) & (2 ** (high - low + 1) - 1)
    if signed and expected >> (high - low):
        expected -= 2 ** (high - low + 1)
    payload = whole.to_bytes(width, "big" if order == "big" else "little")
    assert told(codec, payload) == {"device.fault": expected}


@given(st.integers(1, 8), st.data(), _ORDER)
@RELAXED
def test_bcd(tmp_path: Path, width: int, data: st.DataObject, order: str) -> None:
    value = data.draw(st.integers(0, 10 ** (2 * width) - 1))
    digits = bytes.fromhex(f"{value:0{2 * width}d}")
    codec = codec_of(
        tmp_path,
        f'[[frame]]\nname = "f"\nfield = [{{ kind = "bcd", width = {width}, order = "{order}", '
        'property = "device.fault" }]',
    )
    assert told(codec, digits if order == "big" else digits[::-1]) == {"device.fault": value}


def test_a_half_byte_that_is_no_digit_is_refused(tmp_path: Path) -> None:
    codec = codec_of(
        tmp_path, '[[frame]]\nname = "f"\nfield = [{ kind = "bcd", width = 2, property = "device.fault" }]'
    )
    with pytest.raises(DecodeError, match=r"BCD.*0x1a00"):
        told(codec, b"\x1a\x00")


@given(st.sampled_from([(2, "e"), (4, "f"), (8, "d")]), _ORDER, st.floats(-1000, 1000))
@RELAXED
def test_floats(tmp_path: Path, form: tuple[int, str], order: str, value: float) -> None:
    width, code = form
    codec = codec_of(
        tmp_path,
        f'[[frame]]\nname = "f"\nfield = [{{ kind = "float", width = {width}, order = "{order}", '
        'property = "device.temperature" }]',
    )
    payload = struct.pack((">" if order == "big" else "<") + code, value)
    (expected,) = struct.unpack((">" if order == "big" else "<") + code, payload)
    assert told(codec, payload) == {"device.temperature": expected}


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_float_that_is_no_number_is_refused_or_dropped(tmp_path: Path, value: float) -> None:
    field = 'kind = "float", width = 4, property = "device.temperature"'
    codec = codec_of(tmp_path, f'[[frame]]\nname = "f"\nfield = [{{ {field} }}]')
    with pytest.raises(DecodeError, match=r"device.temperature as a finite number"):
        told(codec, struct.pack(">f", value))
    codec = codec_of(tmp_path, f'[[frame]]\nname = "f"\nfield = [{{ {field}, outside = "drop" }}]')
    assert told(codec, struct.pack(">f", value)) == {}


def test_texts(tmp_path: Path) -> None:
    codec = codec_of(
        tmp_path,
        """
        [[frame]]
        name = "f"
        [[frame.field]]
        kind = "dotted"
        width = 3
        property = "device.firmware"
        [[frame.field]]
        kind = "ascii"
        width = 0
        property = "device.started"
        """,
    )
    assert told(codec, b"\x01\x0d\x00v2.0 \0\0") == {"device.firmware": "1.13.0", "device.started": "v2.0"}
    assert told(codec, b"\x01\x0d\x00\0\0") == {"device.firmware": "1.13.0"}
    with pytest.raises(DecodeError, match="printable ASCII"):
        told(codec, b"\x01\x0d\x00v\x7f")
    codec = codec_of(
        tmp_path, '[[frame]]\nname = "f"\nfield = [{ kind = "hex", width = 2, property = "device.firmware" }]'
    )
    assert told(codec, b"\xca\xfe") == {"device.firmware": "cafe"}


@pytest.mark.parametrize(
    ("more", "raw", "value"),
    [
        ('scale = 4, offset = 2500, unit = "mV"', 211, 3.344),
        ("scale = 0.1", 3, 0.3),
        ("scale = 0.001, offset = -1", 5, -0.995),
        ("offset = 7", 5, 12),
        ('unit = "mV"', 7, 0.007),
    ],
)
def test_a_decimal_stays_the_decimal_it_is(tmp_path: Path, more: str, raw: int, value: float) -> None:
    codec = codec_of(
        tmp_path, f'[[frame]]\nname = "f"\nfield = [{{ property = "device.battery_v", {more} }}]'
    )
    assert told(codec, bytes([raw])) == {"device.battery_v": value}


def test_units_of_temperature(tmp_path: Path) -> None:
    for unit, raw, value in (("degF", 50, 10.0), ("K", 0x0111, -0.15)):
        codec = codec_of(
            tmp_path,
            f'[[frame]]\nname = "f"\nfield = [{{ width = 2, property = "device.temperature", unit = "{unit}" }}]',
        )
        assert told(codec, raw.to_bytes(2, "big")) == {"device.temperature": value}


def test_enum_refuses_or_drops_what_it_does_not_know(tmp_path: Path) -> None:
    field = 'property = "parking.occupied", enum = { 1 = false, 2 = true }'
    codec = codec_of(tmp_path, f'[[frame]]\nname = "f"\nfield = [{{ {field} }}]')
    assert told(codec, b"\x01") == {"parking.occupied": 0}
    assert told(codec, b"\x02") == {"parking.occupied": 1}
    with pytest.raises(DecodeError, match=r"expected parking.occupied one of 1, 2, got 3"):
        told(codec, b"\x03")
    codec = codec_of(tmp_path, f'[[frame]]\nname = "f"\nfield = [{{ {field}, otherwise = "drop" }}]')
    assert told(codec, b"\x03") == {}


def test_what_was_not_measured_is_no_observation(tmp_path: Path) -> None:
    codec = codec_of(
        tmp_path,
        '[[frame]]\nname = "f"\nfield = [{ kind = "int", width = 2, property = "device.temperature", '
        "absent = [32767, -32768], scale = 0.1 }]",
    )
    assert told(codec, b"\x7f\xff") == {}
    assert told(codec, b"\x80\x00") == {}
    assert told(codec, b"\x00\xd7") == {"device.temperature": 21.5}


def test_a_value_out_of_range_is_refused_or_dropped(tmp_path: Path) -> None:
    field = 'kind = "int", property = "device.temperature", scale = 0.5, range = [-40, 60]'
    codec = codec_of(tmp_path, f'[[frame]]\nname = "f"\nfield = [{{ {field} }}]')
    assert told(codec, bytes([120])) == {"device.temperature": 60}
    with pytest.raises(DecodeError, match=r"device.temperature from -40 to 60, got 60.5"):
        told(codec, bytes([121]))
    codec = codec_of(tmp_path, f'[[frame]]\nname = "f"\nfield = [{{ {field}, outside = "drop" }}]')
    assert told(codec, bytes([121])) == {}


def test_a_field_under_a_condition(tmp_path: Path) -> None:
    codec = codec_of(
        tmp_path,
        """
        [[frame]]
        name = "f"
        [[frame.field]]
        bits = [3, 0]
        name = "kind"
        [[frame.field]]
        kind = "int"
        property = "device.temperature"
        when = { field = "kind", is = [1, 2] }
        [[frame.field]]
        at = 1
        property = "device.fault"
        when = { field = "kind", is = 3 }
        """,
    )
    assert told(codec, b"\x01\xff") == {"device.temperature": -1}
    assert told(codec, b"\x02\xff") == {"device.temperature": -1}
    assert told(codec, b"\xf3\xff") == {"device.fault": 255}
    assert told(codec, b"\x04\xff") == {}


def test_steps_undo_what_a_device_squeezed(tmp_path: Path) -> None:
    codec = codec_of(
        tmp_path,
        '[[frame]]\nname = "f"\nfield = [{ property = "parking.duration", unit = "min", '
        "steps = [[0, 0, 1], [90, 90, 5], [120, 240, 60]] }]",
    )
    for raw, minutes in ((0, 0), (89, 89), (90, 90), (91, 95), (119, 235), (120, 240), (126, 600)):
        assert told(codec, bytes([raw])) == {"parking.duration": minutes * 60}


def test_numbers_of_both_orders_side_by_side(tmp_path: Path) -> None:
    codec = codec_of(
        tmp_path,
        """
        [[frame]]
        name = "f"
        [[frame.field]]
        width = 2
        property = "magnetic.raw_x"
        [[frame.field]]
        width = 2
        order = "little"
        property = "magnetic.raw_y"
        [[frame.field]]
        width = 3
        property = "magnetic.raw_z"
        [[frame.field]]
        width = 4
        property = "device.fault"
        """,
    )
    expected = {
        "magnetic.raw_x": 0x0102,
        "magnetic.raw_y": 0x0403,
        "magnetic.raw_z": 0x050607,
        "device.fault": 8,
    }
    assert told(codec, bytes([1, 2, 3, 4, 5, 6, 7, 0, 0, 0, 8])) == expected
