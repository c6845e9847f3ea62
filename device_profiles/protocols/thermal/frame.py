"""One picture of warmth, row by row from the top left."""

import math
import struct

from msgspec import Struct

from device_profiles.errors import DecodeError

_COLDEST, _HOTTEST = -60.0, 400.0


class Frame(Struct, frozen=True, kw_only=True):
    """`celsius` has `width` × `height` temperatures; a pixel that the device could not measure is not a number."""

    width: int
    height: int
    celsius: tuple[float, ...]


def frame_of_counts(payload: bytes, width: int, *, degrees: float, bits: int = 16) -> Frame:
    """Return the picture that signed little-endian counts of 2 bytes are; only the lowest `bits` of each are used.

    Raises:
        DecodeError: the bytes are not whole rows.
    """
    count = _pixels(payload, 2, width)
    half, mask = 1 << (bits - 1), (1 << bits) - 1
    raw = ((value & mask) for value in struct.unpack(f"<{count}H", payload))
    celsius = tuple((value - (1 << bits) if value & half else value) * degrees for value in raw)
    return _checked(Frame(width=width, height=count // width, celsius=celsius))


def frame_of_floats(payload: bytes, width: int) -> Frame:
    """Return the picture that little-endian floats of 4 bytes are.

    Raises:
        DecodeError: the bytes are not whole rows.
    """
    count = _pixels(payload, 4, width)
    celsius = tuple(
        value if math.isfinite(value) else math.nan for value in struct.unpack(f"<{count}f", payload)
    )
    return _checked(Frame(width=width, height=count // width, celsius=celsius))


def _pixels(payload: bytes, size: int, width: int) -> int:
    rows, rest = divmod(len(payload), size * width)
    if rest or not rows:
        raise DecodeError(f"expected whole rows of {width} pixels of {size} bytes, got {len(payload)} bytes")
    return rows * width


def _checked(frame: Frame) -> Frame:
    """Refuse what is no picture of a room: most pixels unmeasured or beyond what such a sensor can see."""
    sound = sum(_COLDEST <= value <= _HOTTEST for value in frame.celsius)
    if sound * 2 <= len(frame.celsius):
        raise DecodeError(
            f"expected temperatures from {_COLDEST:g} to {_HOTTEST:g} degrees, got {sound} of {len(frame.celsius)}"
        )
    celsius = tuple(value if _COLDEST <= value <= _HOTTEST else math.nan for value in frame.celsius)
    return Frame(width=frame.width, height=frame.height, celsius=celsius)
