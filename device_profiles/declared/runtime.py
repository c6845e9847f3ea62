"""What compiled codecs call while they decode."""

from bisect import bisect_right
from collections.abc import Callable
from math import isfinite

from device_profiles.declared.checksums import CHECKSUMS
from device_profiles.declared.document import Check, Order
from device_profiles.errors import DecodeError
from device_profiles.reading import Reading

MOST = 2**63 - 1
"""The largest whole number that travels."""


def bcd(digits: bytes, order: str) -> int:
    """Return the number that two decimal digits a byte spell.

    Raises:
        DecodeError: a half byte is no decimal digit.
    """
    text = (digits if order == "big" else digits[::-1]).hex()
    if not text.isdecimal():
        raise DecodeError(f"expected decimal digits (BCD), got 0x{digits.hex()}")
    return int(text)


def ascii_text(raw: bytes) -> str:
    """Return printable text without the NULs and spaces that fill it up.

    Raises:
        DecodeError: a byte is no printable ASCII.
    """
    text = raw.rstrip(b"\0 ")
    if not all(0x20 <= byte < 0x7F for byte in text):
        raise DecodeError(f"expected printable ASCII, got 0x{raw.hex()}")
    return text.decode("ascii")


def stepped(raw: int, starts: tuple[int, ...], pieces: tuple[tuple[float, float], ...]) -> float:
    """Return the value of a number that a device has squeezed: piecewise linear from each start."""
    piece = bisect_right(starts, raw) - 1
    value, step = pieces[piece]
    return value + (raw - starts[piece]) * step


def fits(value: float, least: float, most: float) -> bool:
    """Say whether a value is a finite number within bounds."""
    return isfinite(value) and least <= value <= most


def out_of_range(name: str, value: object, expected: str) -> DecodeError:
    """Return the error of a value that its field does not allow."""
    return DecodeError(f"expected {name} {expected}, got {value}")


def too_short(what: str, needed: int, size: int) -> DecodeError:
    """Return the error of a frame that ends too early."""
    return DecodeError(f"expected {what} up to byte {needed}, got {size} bytes")


def not_chosen(reading: Reading, frames: tuple[tuple[str, tuple[int, ...]], ...]) -> DecodeError:
    """Return the error of a reading that is none of the profile's frames, each given with its ports."""
    near = [text for text, ports in frames if reading.port in ports] or [text for text, _ in frames]
    port = "no port" if reading.port is None else f"port {reading.port}"
    shown = reading.payload[:24].hex() or "nothing"
    return DecodeError(f"expected {' or '.join(near)}; got {port}, {len(reading.payload)} bytes: {shown}")


def not_bytes(reading: Reading) -> DecodeError:
    """Return the error of a SenML pack sent to a profile of bytes."""
    return DecodeError(f"expected the device's own bytes, got {reading.format}")


def checker(check: Check, order: Order) -> Callable[[bytes], None]:
    """Return the function that refuses a frame whose checksum is wrong."""
    kind = CHECKSUMS[check.kind]

    def verify(payload: bytes) -> None:
        size = len(payload)
        at = check.at if check.at >= 0 else size + check.at
        end = at if check.end is None else check.end if check.end >= 0 else size + check.end
        if not (0 <= at <= size - kind.width and check.start <= end <= size):
            raise too_short(f"a {check.kind} checksum", at + kind.width, size)
        found = int.from_bytes(payload[at : at + kind.width], order.value)
        right = kind.of(payload[check.start : end])
        if found != right:
            raise DecodeError(f"expected {check.kind} checksum 0x{right:x}, got 0x{found:x}")

    return verify
