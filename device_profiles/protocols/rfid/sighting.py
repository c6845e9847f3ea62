"""What RFID readers tell: tags that they see, inputs that change, and that they themselves live."""

import re
from datetime import UTC, datetime
from string import hexdigits
from typing import Annotated, Final

from msgspec import Meta, Struct

from device_profiles.errors import DecodeError
from device_profiles.written import from_base64

Port = Annotated[int, Meta(ge=0, le=65_535)]
"""An antenna's or an input's number."""
_FIRST_CLOCK: Final = datetime(2015, 1, 1, tzinfo=UTC)
"""An earlier time is that of a reader whose clock was never set."""
_HEX: Final = frozenset(hexdigits)
_MILLISECONDS_FROM: Final = 10**11
_LAST_MS: Final = 10**14
_DIGITS: Final = re.compile(r"\d{9,15}(\.\d*)?")


class Sighting(Struct, frozen=True, kw_only=True):
    """A reader sees a tag; `epc` is what the tag's EPC memory holds, and `tid` its chip's own number.

    `pc` and `xpc` are the tag's protocol control words. `doubt` is the number's other reading where it has two.
    """

    epc: bytes = b""
    tid: bytes = b""
    antenna: int | None = None
    antenna_name: str = ""
    rssi_dbm: float | None = None
    at_ms: int | None = None
    pc: int | None = None
    xpc: int | None = None
    phase_deg: float | None = None
    frequency_mhz: float | None = None
    power_dbm: float | None = None
    seen_count: int | None = None
    doubt: str = ""


class Input(Struct, frozen=True, kw_only=True):
    """A reader's contact input changed."""

    number: int
    high: bool
    at_ms: int | None = None


class Told(Struct, frozen=True, kw_only=True):
    """All that one publish of a reader says; `offline` says that it has lost its reader or is about to go."""

    sightings: tuple[Sighting, ...] = ()
    inputs: tuple[Input, ...] = ()
    offline: bool | None = None
    reader: str = ""


def time_of(written: str | float | None) -> int | None:
    """Return a time as UTC milliseconds: RFC 3339, ISO 8601, or seconds or milliseconds since 1970.

    None for none, and for that of a clock that was never set.

    Raises:
        DecodeError: it is no time, or does not say its offset from UTC.
    """
    if written is None or written == "":
        return None
    if isinstance(written, str) and not _DIGITS.fullmatch(written):
        return _of_text(written)
    number = float(written)
    at_ms = number if number >= _MILLISECONDS_FROM else number * 1000
    if not at_ms < _LAST_MS:
        raise DecodeError(f"expected a time since 1970, got {written}")
    return round(at_ms) if at_ms >= _FIRST_CLOCK.timestamp() * 1000 else None


def digits_of(text: str | None) -> bytes:
    """Return bytes written in hexadecimal; none where readers write an error in their place.

    Zebra readers put the words of an access error where the memory's digits belong.
    """
    return bytes.fromhex(text) if text and not len(text) % 2 and _HEX.issuperset(text) else b""


def word_of(text: str | None, where: str) -> int | None:
    """Return a protocol control word written in hexadecimal.

    Raises:
        DecodeError: it is none.
    """
    return int.from_bytes(hex_of(text, where)[:2], "big") if text else None


def hex_of(text: str | None, where: str) -> bytes:
    """Return a tag's number written in hexadecimal, empty where there is none.

    Raises:
        DecodeError: it is none; the number itself, which may be a passer-by's, stays untold.
    """
    if not text:
        return b""
    if len(text) % 2 or not _HEX.issuperset(text):
        raise DecodeError(f"{where}: expected pairs of hexadecimal digits, got {len(text)} other characters")
    return bytes.fromhex(text)


def base64_of(text: str | None, where: str) -> bytes:
    """Return a tag's number written in base64 or base64url, empty where there is none.

    Raises:
        DecodeError: it is none; the number itself, which may be a passer-by's, stays untold.
    """
    try:
        return from_base64(text) if text else b""
    except DecodeError as error:
        raise DecodeError(f"{where}: expected base64, got {len(text or '')} other characters") from error


def _of_text(written: str) -> int | None:
    try:
        time = datetime.fromisoformat(written)
    except ValueError as error:
        raise DecodeError(f"expected a time such as 2024-05-17T16:03:13.9Z, got {written[:60]!r}") from error
    if time.tzinfo is None:
        raise DecodeError(f"expected a time with its offset from UTC, got {written[:60]!r}")
    return round(time.timestamp() * 1000) if time >= _FIRST_CLOCK else None
