"""Undoes how bytes are written as text: base64 and hexadecimal, as people and network servers write them."""

import binascii
import re
from typing import Final

from device_profiles.errors import DecodeError

_SEPARATORS: Final = re.compile(r"[\s:\-]+")
_SHOWN: Final = 40


def from_base64(text: str) -> bytes:
    """Return the bytes; both alphabets of RFC 4648 will do and the padding may be missing, as protobuf's JSON has it.

    Raises:
        DecodeError: it is no base64.
    """
    bare = text.strip().rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return binascii.a2b_base64(bare + "=" * (-len(bare) % 4), strict_mode=True)
    except ValueError as error:
        raise DecodeError(f"expected base64, got {_short(text)}") from error


def from_hex(text: str) -> bytes:
    """Return the bytes; `0x`, quotes around them and blanks, colons or dashes between them may stand there.

    Raises:
        DecodeError: they are no pairs of hexadecimal digits.
    """
    bare = _SEPARATORS.sub("", text.strip().strip("\"'"))
    bare = bare[2:] if bare[:2] in ("0x", "0X") else bare
    if len(bare) % 2:
        raise DecodeError(f"expected pairs of hexadecimal digits, got {len(bare)} digits: {_short(text)}")
    try:
        return bytes.fromhex(bare)
    except ValueError as error:
        raise DecodeError(f"expected hexadecimal digits, got {_short(text)}") from error


def _short(text: str) -> str:
    return repr(text[:_SHOWN]) + ("..." if len(text) > _SHOWN else "")
