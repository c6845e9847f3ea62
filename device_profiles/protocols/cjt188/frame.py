"""The frame of water, heat and gas meters: 68 T A0..A6 C L DATA CS 16, behind any number of wake-up bytes."""

from typing import Final

from msgspec import Struct

from device_profiles.errors import DecodeError
from device_profiles.protocols.heard import frames_in, may_be_noise

START: Final = 0x68
END: Final = 0x16
HEAD: Final = 11
"""Bytes in front of the data."""
OVERHEAD: Final = 13
"""Bytes of a frame besides its data."""
RESPONSE: Final = 0x80
ERROR: Final = 0x40
ANY_TYPE: Final = 0xAA
"""The meter type that every meter answers to."""

_WAKE_UP: Final = b"\xfe\x00\xff"
_ADDRESS: Final = frozenset("0123456789abcdef")


class Frame(Struct, frozen=True, kw_only=True):
    """One frame: the meter's type, its address as it is read on the meter, the control code and the data."""

    meter_type: int
    address: str
    control: int
    data: bytes


def read_frame(octets: bytes) -> tuple[Frame, bytes]:
    """Return the first frame and the bytes behind it.

    Raises:
        DecodeError: there is no frame, it is cut off, its end is missing or its checksum is wrong.
    """
    body = octets.lstrip(_WAKE_UP)
    if body[:1] != b"\x68":
        start = body.find(START)
        if start < 0 or not may_be_noise(body[:start], OVERHEAD):
            raise DecodeError(f"start: expected 68, got {octets[:12].hex(' ') or 'nothing'}")
        body = body[start:]
    if len(body) < OVERHEAD:
        raise DecodeError(f"length: expected at least {OVERHEAD} bytes from 68 on, got {len(body)}")
    length = body[10]
    end = length + OVERHEAD
    if len(body) < end:
        raise DecodeError(f"length: expected {end} bytes from 68 on (L is {length}), got {len(body)}")
    if body[end - 1] != END:
        raise DecodeError(f"end: expected 16 behind {length} bytes of data, got {body[end - 1]:02X}")
    came = body[end - 2]
    right = sum(body[: end - 2]) & 0xFF
    if came != right:
        raise DecodeError(f"checksum: expected {right:02X}, got {came:02X}")
    frame = Frame(meter_type=body[1], address=body[8:1:-1].hex(), control=body[9], data=body[HEAD : end - 2])
    return frame, body[end:]


def read_frames(octets: bytes) -> list[Frame]:
    """Return every frame of a payload; wake-up bytes and line ends between them are passed over.

    Raises:
        DecodeError: as `read_frame`, or something else stands behind a frame.
    """
    return frames_in(octets, read_frame)


def write_frame(frame: Frame) -> bytes:
    """Return a frame's bytes, without wake-up bytes.

    Raises:
        DecodeError: the address is not one of 14 digits, or there is too much data.
    """
    if len(frame.data) > 0x64:
        raise DecodeError(f"expected at most 100 bytes of data, got {len(frame.data)}")
    address = bytes.fromhex(checked_address(frame.address))[::-1]
    body = bytes((START, frame.meter_type, *address, frame.control, len(frame.data))) + frame.data
    return body + bytes((sum(body) & 0xFF, END))


def checked_address(address: str) -> str:
    """Return an address as 14 digits; one that is shorter is filled up with zeros in front.

    Raises:
        DecodeError: it is none.
    """
    given = address.strip().lower()
    digits = given.zfill(14)
    if not given or len(digits) != 14 or set(digits) - _ADDRESS:
        raise DecodeError(f"expected a meter address of 14 digits (A for any digit), got {address!r}")
    return digits
