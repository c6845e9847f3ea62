"""Each type in binary, as text and as a plain value; whatever is none of the type is refused."""

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_profiles import DecodeError
from device_profiles.protocols.lwm2m import Type, Value, from_binary, from_plain, from_text
from tests.device_profiles.made import RELAXED


@pytest.mark.parametrize(
    ("type", "octets", "value"),
    [
        (Type.INTEGER, "80", -128),
        (Type.INTEGER, "012c", 300),
        (Type.INTEGER, "8000000000000000", -(2**63)),
        (Type.UNSIGNED, "ffffffffffffffff", 2**64 - 1),
        (Type.UNSIGNED, "80", 128),
        (Type.TIME, "6553f100", 1_700_000_000),
        (Type.FLOAT, "bfc00000", -1.5),
        (Type.FLOAT, "3ff8000000000000", 1.5),
        (Type.BOOLEAN, "00", False),
        (Type.BOOLEAN, "01", True),
        (Type.TEXT, "e4ba95", "井"),
        (Type.TEXT, "", ""),
        (Type.OPAQUE, "00ff", b"\x00\xff"),
        (Type.OBJLNK, "0d6700ff", "3431:255"),
        (Type.CORELNK, "3c2f333e", "</3>"),
    ],
)
def test_binary(type: Type, octets: str, value: Value) -> None:
    assert from_binary(bytes.fromhex(octets), type) == value


@pytest.mark.parametrize(
    ("type", "octets"),
    [
        (Type.INTEGER, ""),
        (Type.INTEGER, "000000"),
        (Type.INTEGER, "00" * 9),
        (Type.FLOAT, "0000"),
        (Type.FLOAT, "7fc00000"),
        (Type.FLOAT, "7f800000"),
        (Type.BOOLEAN, "02"),
        (Type.BOOLEAN, ""),
        (Type.BOOLEAN, "0001"),
        (Type.TEXT, "ff"),
        (Type.OBJLNK, "0d67"),
    ],
)
def test_binary_that_is_none_of_its_type(type: Type, octets: str) -> None:
    with pytest.raises(DecodeError, match=f"type {type}"):
        from_binary(bytes.fromhex(octets), type)


@pytest.mark.parametrize(
    ("type", "text", "value"),
    [
        (Type.INTEGER, "-5", -5),
        (Type.UNSIGNED, str(2**64 - 1), 2**64 - 1),
        (Type.TIME, "1700000000", 1_700_000_000),
        (Type.FLOAT, "23.1", 23.1),
        (Type.FLOAT, "-.5", -0.5),
        (Type.FLOAT, "1E3", 1000.0),
        (Type.BOOLEAN, "1", True),
        (Type.TEXT, " as it is ", " as it is "),
        (Type.OPAQUE, "3q2-7w", b"\xde\xad\xbe\xef"),
        (Type.OPAQUE, "3q2+7w==", b"\xde\xad\xbe\xef"),
        (Type.OBJLNK, "3:65535", "3:65535"),
    ],
)
def test_text(type: Type, text: str, value: Value) -> None:
    assert from_text(text, type) == value


@pytest.mark.parametrize(
    ("type", "text"),
    [
        (Type.INTEGER, ""),
        (Type.INTEGER, "1.0"),
        (Type.INTEGER, "1_0"),
        (Type.INTEGER, "٣"),
        (Type.INTEGER, str(2**63)),
        (Type.UNSIGNED, "-1"),
        (Type.FLOAT, ""),
        (Type.FLOAT, "."),
        (Type.FLOAT, "1e"),
        (Type.FLOAT, "nan"),
        (Type.FLOAT, "inf"),
        (Type.FLOAT, "1e999"),
        (Type.BOOLEAN, "true"),
        (Type.OPAQUE, "*"),
        (Type.OBJLNK, "3"),
        (Type.OBJLNK, "3:65536"),
    ],
)
def test_text_that_is_none_of_its_type(type: Type, text: str) -> None:
    with pytest.raises(DecodeError, match=f"type {type}"):
        from_text(text, type)


@pytest.mark.parametrize(
    ("type", "value", "meant"),
    [
        (Type.BOOLEAN, 1, True),
        (Type.BOOLEAN, False, False),
        (Type.INTEGER, 5.0, 5),
        (Type.FLOAT, 5, 5),
        (Type.TEXT, "x", "x"),
        (Type.OPAQUE, b"x", b"x"),
        (Type.OPAQUE, "eA", b"x"),
        (Type.OBJLNK, "3:0", "3:0"),
    ],
)
def test_plain_values(type: Type, value: Value, meant: Value) -> None:
    assert from_plain(value, type) == meant


@pytest.mark.parametrize(
    ("type", "value"),
    [
        (Type.BOOLEAN, 2),
        (Type.BOOLEAN, "true"),
        (Type.INTEGER, True),
        (Type.INTEGER, 0.5),
        (Type.INTEGER, 2**63),
        (Type.FLOAT, True),
        (Type.FLOAT, float("inf")),
        (Type.TEXT, 1),
        (Type.TEXT, b"x"),
        (Type.OPAQUE, 1.0),
        (Type.OBJLNK, "3/0"),
    ],
)
def test_plain_values_that_are_none_of_the_type(type: Type, value: Value) -> None:
    with pytest.raises(DecodeError, match=f"type {type}"):
        from_plain(value, type)


@given(st.integers(-(2**63), 2**63 - 1))
@RELAXED
def test_whole_numbers_come_back(number: int) -> None:
    assert from_binary(struct.pack(">q", number), Type.INTEGER) == number
    assert from_text(str(number), Type.INTEGER) == number


@given(st.sampled_from(Type), st.binary(max_size=12), st.text(max_size=12))
@RELAXED
def test_anything_is_read_or_refused(type: Type, octets: bytes, text: str) -> None:
    with contextlib.suppress(DecodeError):
        from_binary(octets, type)
    with contextlib.suppress(DecodeError):
        from_text(text, type)
