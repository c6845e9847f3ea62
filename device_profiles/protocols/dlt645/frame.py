"""The frame that both editions share: 68 A0..A5 68 C L DATA+33 CS 16, behind any number of wake-up bytes."""

from typing import Final

from msgspec import Struct

from device_profiles.errors import DecodeError
from device_profiles.protocols.heard import frames_in, may_be_noise

START: Final = 0x68
END: Final = 0x16
OVERHEAD: Final = 12
"""Bytes of a frame besides its data."""
MOST_DATA: Final = 200
"""The longest data of an answer (a write takes 50 at most)."""
RESPONSE: Final = 0x80
ERROR: Final = 0x40
MORE: Final = 0x20

_WAKE_UP: Final = b"\xfe\x00\xff"
_PLAIN: Final = bytes((octet - 0x33) & 0xFF for octet in range(256))
_MASKED: Final = bytes((octet + 0x33) & 0xFF for octet in range(256))
_ADDRESS: Final = frozenset("0123456789a")


class Frame(Struct, frozen=True, kw_only=True):
    """One frame: the address as it is read on the meter, the control code, and the data without the added 33."""

    address: str
    control: int
    data: bytes


def read_frame(octets: bytes) -> tuple[Frame, bytes]:
    """Return the first frame and the bytes behind it.

    Raises:
        DecodeError: there is no frame, it is cut off, its end is missing or its checksum is wrong.
    """
    body = _from_start(octets)
    if len(body) < OVERHEAD:
        raise DecodeError(f"length: expected at least {OVERHEAD} bytes from 68 on, got {len(body)}")
    length = body[9]
    end = length + OVERHEAD
    if len(body) < end:
        raise DecodeError(f"length: expected {end} bytes from 68 on (L is {length}), got {len(body)}")
    if body[end - 1] != END:
        raise DecodeError(f"end: expected 16 behind {length} bytes of data, got {body[end - 1]:02X}")
    came = body[end - 2]
    right = sum(body[: end - 2]) & 0xFF
    if came != right:
        raise DecodeError(f"checksum: expected {right:02X}, got {came:02X}")
    data = body[10 : end - 2].translate(_PLAIN)
    return Frame(address=body[6:0:-1].hex(), control=body[8], data=data), body[end:]


def read_frames(octets: bytes) -> list[Frame]:
    """Return every frame of a payload; wake-up bytes and line ends between them are passed over.

    Raises:
        DecodeError: as `read_frame`, or something else stands behind a frame.
    """
    return frames_in(octets, read_frame)


def write_frame(frame: Frame) -> bytes:
    """Return a frame's bytes, without wake-up bytes.

    Raises:
        DecodeError: the address is not one of 12 digits (A for any digit), or there is too much data.
    """
    if len(frame.data) > MOST_DATA:
        raise DecodeError(f"expected at most {MOST_DATA} bytes of data, got {len(frame.data)}")
    address = bytes.fromhex(checked_address(frame.address))[::-1]
    head = bytes((START, *address, START, frame.control, len(frame.data)))
    body = head + frame.data.translate(_MASKED)
    return body + bytes((sum(body) & 0xFF, END))


def checked_address(address: str) -> str:
    """Return an address as 12 digits; one that is shorter is filled up with zeros in front.

    Raises:
        DecodeError: it is none.
    """
    given = address.strip().lower()
    digits = given.zfill(12)
    if not given or len(digits) != 12 or set(digits) - _ADDRESS:
        raise DecodeError(f"expected a meter address of 12 digits (A for any digit), got {address!r}")
    return digits


def _from_start(octets: bytes) -> bytes:
    """Return what begins with the first 68 that another 68 follows seven bytes later.

    Noise in front is passed over while no broken frame can hide in it.
    """
    body = octets.lstrip(_WAKE_UP)
    if body[:1] == b"\x68" and body[7:8] == b"\x68":
        return body
    start = body.find(START)
    while start >= 0 and may_be_noise(body[:start], OVERHEAD):
        if body[start + 7 : start + 8] == b"\x68":
            return body[start:]
        start = body.find(START, start + 1)
    raise DecodeError(
        f"start: expected 68, six bytes of address and 68, got {octets[:12].hex(' ') or 'nothing'}"
    )
