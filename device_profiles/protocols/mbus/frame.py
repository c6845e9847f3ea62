"""Frames of the wired bus: the single character, short, control and long frames of EN 13757-2 (format FT 1.2)."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from msgspec import Struct

from device_profiles.errors import DecodeError

ACKNOWLEDGED: Final = 0xE5
_SHORT: Final = 0x10
_LONG: Final = 0x68
_STOP: Final = 0x16
MOST_FRAMES: Final = 64
"""So many telegrams of one answer are read; a meter has a handful."""


class FrameKind(StrEnum):
    """The four kinds; a control frame is a long one without content."""

    SINGLE = "single"
    SHORT = "short"
    CONTROL = "control"
    LONG = "long"


class Frame(Struct, frozen=True, kw_only=True):
    """One frame: control and address field, and for control and long frames the CI field with its content."""

    kind: FrameKind
    control: int = 0
    address: int = 0
    ci: int = 0
    content: bytes = b""
    size: int = 1


def read_frame(octets: bytes) -> Frame:
    """Read the one frame that the octets are.

    Raises:
        DecodeError: they are none, or more than one; says which field is wrong.
    """
    frame = frame_at(octets, 0)
    if frame.size != len(octets):
        raise DecodeError(f"expected {frame.size} bytes, got {len(octets) - frame.size} more")
    return frame


def read_frames(octets: bytes) -> list[Frame]:
    """Read one frame after the other, as a meter's answers to several questions were kept.

    Raises:
        DecodeError: as for `read_frame`, or there are more than any meter sends.
    """
    frames = list(_frames(octets))
    if not frames:
        raise DecodeError("expected an M-Bus frame, got no bytes")
    return frames


def _frames(octets: bytes) -> Iterator[Frame]:
    at = count = 0
    while at < len(octets):
        count += 1
        if count > MOST_FRAMES:
            raise DecodeError(f"expected at most {MOST_FRAMES} frames, got more")
        frame = frame_at(octets, at)
        yield frame
        at += frame.size


def frame_at(octets: bytes, at: int) -> Frame:
    """Read the frame that begins at a byte.

    Raises:
        DecodeError: none begins there, or it is broken.
    """
    if at >= len(octets):
        raise DecodeError("expected an M-Bus frame, got no bytes")
    start = octets[at]
    if start == ACKNOWLEDGED:
        return Frame(kind=FrameKind.SINGLE)
    if start == _SHORT:
        return _short(octets, at)
    if start == _LONG:
        return _long(octets, at)
    raise DecodeError(f"expected a frame that starts with E5, 10 or 68, got {start:02X}")


def short_frame(control: int, address: int) -> bytes:
    """Make a short frame."""
    return bytes([_SHORT, control, address, (control + address) & 0xFF, _STOP])


def long_frame(control: int, address: int, ci: int, content: bytes = b"") -> bytes:
    """Make a long frame, or a control frame where there is no content."""
    body = bytes([control, address, ci]) + content
    return bytes([_LONG, len(body), len(body), _LONG]) + body + bytes([sum(body) & 0xFF, _STOP])


def _short(octets: bytes, at: int) -> Frame:
    if len(octets) < at + 5:
        raise DecodeError(f"expected a short frame of 5 bytes, got {len(octets) - at}")
    control, address, checksum, stop = octets[at + 1 : at + 5]
    _check(octets[at + 1 : at + 3], checksum, stop)
    return Frame(kind=FrameKind.SHORT, control=control, address=address, size=5)


def _long(octets: bytes, at: int) -> Frame:
    head = octets[at : at + 4]
    if len(head) < 4:
        raise DecodeError(f"expected 68 LL LL 68, got only {head.hex(' ').upper()}")
    _, length, again, second = head
    if length != again or second != _LONG:
        raise DecodeError(f"expected 68 LL LL 68 with the same length twice, got {head.hex(' ').upper()}")
    if length < 3:
        raise DecodeError(f"expected a length of at least 3, got {length}")
    size = length + 6
    if len(octets) < at + size:
        raise DecodeError(f"expected a frame of {size} bytes, got {len(octets) - at}")
    body = octets[at + 4 : at + 4 + length]
    _check(body, octets[at + size - 2], octets[at + size - 1])
    kind = FrameKind.CONTROL if length == 3 else FrameKind.LONG
    return Frame(kind=kind, control=body[0], address=body[1], ci=body[2], content=body[3:], size=size)


def _check(body: bytes, checksum: int, stop: int) -> None:
    expected = sum(body) & 0xFF
    if checksum != expected:
        raise DecodeError(f"expected the checksum {expected:02X}, got {checksum:02X}")
    if stop != _STOP:
        raise DecodeError(f"expected the stop byte 16, got {stop:02X}")
