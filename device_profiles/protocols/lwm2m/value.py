"""The types of LwM2M resources (LwM2M 1.1 core, appendix C), in binary, as text and as plain values."""

import base64
import binascii
import math
import re
import struct
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from device_profiles.errors import DecodeError

Value = bool | int | float | str | bytes
"""A resource's value: Objlnk as "object:instance", Time in seconds since 1970."""


class Type(StrEnum):
    """The data types, as the registry names them."""

    TEXT = "String"
    INTEGER = "Integer"
    UNSIGNED = "Unsigned Integer"
    FLOAT = "Float"
    BOOLEAN = "Boolean"
    OPAQUE = "Opaque"
    TIME = "Time"
    OBJLNK = "Objlnk"
    CORELNK = "Corelnk"


_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,20}")
_DECIMAL: Final = re.compile(r"[+-]?[0-9]{0,40}(?:\.[0-9]{0,60})?(?:[eE][+-]?[0-9]{1,4})?")
_LINK: Final = re.compile(r"(\d{1,5}):(\d{1,5})")
_FLOATS: Final = {4: struct.Struct(">f"), 8: struct.Struct(">d")}
_WIDTHS: Final = (1, 2, 4, 8)


def from_binary(octets: bytes, type: Type) -> Value:
    """Return what the bytes of a TLV value or of an opaque content say.

    Raises:
        DecodeError: they are no value of this type.
    """
    return _BINARY[type](octets)


def from_text(text: str, type: Type) -> Value:
    """Return what a plain text content says.

    Raises:
        DecodeError: it is no value of this type.
    """
    return _TEXTS[type](text)


def from_plain(value: Value, type: Type) -> Value:
    """Return what a value of SenML or LwM2M JSON says, which are typed by themselves.

    Raises:
        DecodeError: it is no value of this type.
    """
    if isinstance(value, int | float):
        return _plain_number(value, type)
    if isinstance(value, str):
        if type in (Type.TEXT, Type.CORELNK):
            return value
        if type in (Type.OBJLNK, Type.OPAQUE):
            return from_text(value, type)
    if type is Type.OPAQUE and isinstance(value, bytes):
        return value
    raise _unfit(type, value)


def _plain_number(value: float, type: Type) -> Value:
    if type is Type.BOOLEAN and value in (0, 1):
        return bool(value)
    if isinstance(value, bool) or not math.isfinite(value):
        raise _unfit(type, value)
    if type in (Type.INTEGER, Type.UNSIGNED, Type.TIME) and value == math.floor(value):
        return _ranged(int(value), type)
    if type is Type.FLOAT:
        return value
    raise _unfit(type, value)


def _unfit(type: Type, value: object) -> DecodeError:
    shown = value.hex() if isinstance(value, bytes) else repr(value)
    return DecodeError(f"expected a value of type {type}, got {shown[:60]}")


def _ranged(number: int, type: Type) -> int:
    low, high = (0, 2**64) if type is Type.UNSIGNED else (-(2**63), 2**63)
    if not low <= number < high:
        raise _unfit(type, number)
    return number


def _text_of(octets: bytes) -> str:
    try:
        return octets.decode()
    except UnicodeDecodeError as error:
        raise _unfit(Type.TEXT, octets) from error


def _whole_of(type: Type) -> Callable[[bytes], int]:
    def read(octets: bytes) -> int:
        if len(octets) not in _WIDTHS:
            raise _unfit(type, octets)
        return int.from_bytes(octets, "big", signed=type is not Type.UNSIGNED)

    return read


def _float_of(octets: bytes) -> float:
    layout = _FLOATS.get(len(octets))
    number: float = layout.unpack(octets)[0] if layout else math.nan
    if not math.isfinite(number):
        raise _unfit(Type.FLOAT, octets)
    return number


def _truth_of(octets: bytes) -> bool:
    if octets not in (b"\x00", b"\x01"):
        raise _unfit(Type.BOOLEAN, octets)
    return octets == b"\x01"


def _link_of(octets: bytes) -> str:
    if len(octets) != 4:
        raise _unfit(Type.OBJLNK, octets)
    return "{}:{}".format(*struct.unpack(">HH", octets))


def _whole_in(type: Type) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not _WHOLE.fullmatch(text):
            raise _unfit(type, text)
        return _ranged(int(text), type)

    return read


def _float_in(text: str) -> float:
    if not _DECIMAL.fullmatch(text) or not any(letter.isdigit() for letter in text):
        raise _unfit(Type.FLOAT, text)
    try:
        number = float(text)
    except ValueError as error:
        raise _unfit(Type.FLOAT, text) from error
    if not math.isfinite(number):
        raise _unfit(Type.FLOAT, text)
    return number


def _truth_in(text: str) -> bool:
    if text not in ("0", "1"):
        raise _unfit(Type.BOOLEAN, text)
    return text == "1"


def _bytes_in(text: str) -> bytes:
    """Opaque values are base64 in texts; devices write either alphabet, padded or not."""
    bare = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _unfit(Type.OPAQUE, text) from error


def _link_in(text: str) -> str:
    found = _LINK.fullmatch(text)
    if found is None or max(map(int, found.groups())) > 0xFFFF:
        raise _unfit(Type.OBJLNK, text)
    return text


def _as_it_is(text: str) -> str:
    return text


_BINARY: Final[Mapping[Type, Callable[[bytes], Value]]] = {
    Type.TEXT: _text_of,
    Type.CORELNK: _text_of,
    Type.INTEGER: _whole_of(Type.INTEGER),
    Type.UNSIGNED: _whole_of(Type.UNSIGNED),
    Type.TIME: _whole_of(Type.TIME),
    Type.FLOAT: _float_of,
    Type.BOOLEAN: _truth_of,
    Type.OPAQUE: bytes,
    Type.OBJLNK: _link_of,
}
_TEXTS: Final[Mapping[Type, Callable[[str], Value]]] = {
    Type.TEXT: _as_it_is,
    Type.CORELNK: _as_it_is,
    Type.INTEGER: _whole_in(Type.INTEGER),
    Type.UNSIGNED: _whole_in(Type.UNSIGNED),
    Type.TIME: _whole_in(Type.TIME),
    Type.FLOAT: _float_in,
    Type.BOOLEAN: _truth_in,
    Type.OPAQUE: _bytes_in,
    Type.OBJLNK: _link_in,
}
