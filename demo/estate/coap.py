"""The few CoAP messages that a small sensor needs (RFC 7252): a confirmable POST out, an answer in."""

import struct
from enum import IntEnum
from typing import Final

from msgspec import Struct

_VERSION: Final = 1
_POST: Final = 0x02
CHANGED: Final = 0x44
"""2.04: the gateway has kept it."""
EMPTY: Final = 0x00
_URI_PATH: Final = 11
_CONTENT_FORMAT: Final = 12
_PAYLOAD: Final = 0xFF


class Type(IntEnum):
    """What a message wants from its receiver (RFC 7252, 3)."""

    CONFIRMABLE = 0
    NON_CONFIRMABLE = 1
    ACKNOWLEDGEMENT = 2
    RESET = 3


class Answer(Struct, frozen=True, kw_only=True):
    """What came back; `code` is 0 in an empty acknowledgement, which says that the answer will follow."""

    type: Type
    code: int
    mid: int
    token: bytes


def post(mid: int, token: bytes, path: str, content_format: int, payload: bytes) -> bytes:
    """Write a confirmable POST; each level of the path is shorter than 13 bytes."""
    head = struct.pack(">BBH", _VERSION << 6 | Type.CONFIRMABLE << 4 | len(token), _POST, mid)
    options, before = b"", 0
    for level in path.split("/"):
        options += bytes([(_URI_PATH - before) << 4 | len(level)]) + level.encode()
        before = _URI_PATH
    options += bytes([(_CONTENT_FORMAT - before) << 4 | 1, content_format])
    return head + token + options + bytes([_PAYLOAD]) + payload


def acknowledge(mid: int) -> bytes:
    """Write the empty acknowledgement of a confirmable answer."""
    return struct.pack(">BBH", _VERSION << 6 | Type.ACKNOWLEDGEMENT << 4, EMPTY, mid)


def read_answer(datagram: bytes) -> Answer | None:
    """Read as much of a message as a sensor needs; None if it is no CoAP."""
    if len(datagram) < 4 or datagram[0] >> 6 != _VERSION:
        return None
    first, code, mid = struct.unpack_from(">BBH", datagram)
    token = datagram[4 : 4 + (first & 0x0F)]
    return Answer(type=Type(first >> 4 & 3), code=code, mid=mid, token=token)
