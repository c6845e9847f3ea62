"""The pieces that every network server writes alike: EUI, base64, time, the gateways that heard a frame."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec
from msgspec import Raw, Struct

from device_profiles.errors import DecodeError, NoBytesError
from device_profiles.written import from_base64
from wire import DeviceId, device_id

_EUI: Final = re.compile(r"[0-9a-f]{16}")
_FIRST_LORAWAN: Final = datetime(2015, 1, 1, tzinfo=UTC)
"""The year of LoRaWAN 1.0: an earlier time is that of a clock that was never set, which counts from 1970 or 1980."""


class Heard(Struct, frozen=True, kw_only=True):
    """How one LoRaWAN gateway heard a frame; both servers leave out what they do not know."""

    rssi: float | None = None
    snr: float | None = None


_heard = msgspec.json.Decoder(tuple[Heard, ...])


def eui_of(text: str | None, where: str) -> DeviceId:
    """Return a device's EUI-64 in lower case without separators.

    Raises:
        DecodeError: it is missing or no EUI.
    """
    if not text:
        raise DecodeError(f"expected the device's EUI in {where}, got none")
    eui = device_id(text)
    if not _EUI.fullmatch(eui):
        raise DecodeError(f"expected an EUI of 16 hexadecimal digits in {where}, got {text!r}")
    return eui


def bytes_of(text: str | None, where: str) -> bytes:
    """Return the device's bytes out of base64.

    Raises:
        NoBytesError: the envelope carries none: a frame with network commands alone.
        DecodeError: it is no base64.
    """
    if not text:
        raise NoBytesError(f"expected the device's bytes as base64 in {where}, got none")
    try:
        return from_base64(text)
    except DecodeError as error:
        raise DecodeError(f"{where}: {error}") from error


def ms_of(time: datetime | None, where: str) -> int | None:
    """Return a time as UTC milliseconds; none for one before LoRaWAN, which says only that a clock was never set.

    Raises:
        DecodeError: the time does not say its offset from UTC.
    """
    if time is None:
        return None
    if time.tzinfo is None:
        raise DecodeError(f"expected a time with its offset from UTC in {where}, got {time.isoformat()}")
    return round(time.timestamp() * 1000) if time >= _FIRST_LORAWAN else None


def best_in(raw: Raw) -> Heard:
    """Return the gateway that heard the frame loudest; one that knows nothing where this is written in a way that we
    do not know, because how well a frame was heard must not decide whether it is."""
    try:
        return best_of(_heard.decode(raw))
    except msgspec.MsgspecError:
        return Heard()


def best_of(heard: Sequence[Heard]) -> Heard:
    """Return the gateway that heard the frame loudest."""
    return max(heard, key=_loudness, default=Heard())


def _loudness(heard: Heard) -> tuple[float, float]:
    silent = float("-inf")
    return (
        silent if heard.rssi is None else heard.rssi,
        silent if heard.snr is None else heard.snr,
    )
