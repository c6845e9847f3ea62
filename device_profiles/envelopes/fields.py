"""The pieces that every network server writes alike: EUI, base64, time, the gateways that heard a frame."""

import binascii
import re
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from device_profiles.errors import DecodeError
from wire import DeviceId

_EUI = re.compile(r"[0-9a-f]{16}")


class Heard(Struct, frozen=True, kw_only=True):
    """How one LoRaWAN gateway heard a frame; both servers leave out what they do not know."""

    rssi: float | None = None
    snr: float | None = None


def eui_of(text: str | None, where: str) -> DeviceId:
    """Return a device's EUI-64 in lower case without separators.

    Raises:
        DecodeError: it is missing or no EUI.
    """
    if not text:
        raise DecodeError(f"expected the device's EUI in {where}, got none")
    eui = text.lower().replace("-", "").replace(":", "")
    if not _EUI.fullmatch(eui):
        raise DecodeError(f"expected an EUI of 16 hexadecimal digits in {where}, got {text!r}")
    return DeviceId(eui)


def bytes_of(text: str | None, where: str) -> bytes:
    """Return the device's bytes out of base64.

    Raises:
        DecodeError: the envelope carries none (a frame with network commands alone), or no base64.
    """
    if not text:
        raise DecodeError(f"expected the device's bytes as base64 in {where}, got none")
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except ValueError as error:
        raise DecodeError(f"expected base64 in {where}, got {text[:40]!r} ({error})") from error


def ms_of(time: datetime | None, where: str) -> int | None:
    """Return a time as UTC milliseconds.

    Raises:
        DecodeError: the time does not say its offset from UTC.
    """
    if time is None:
        return None
    if time.tzinfo is None:
        raise DecodeError(f"expected a time with its offset from UTC in {where}, got {time.isoformat()}")
    return round(time.timestamp() * 1000)


def best_of(heard: Sequence[Heard]) -> Heard:
    """Return the gateway that heard the frame loudest."""
    return max(heard, key=_loudness, default=Heard())


def _loudness(heard: Heard) -> tuple[float, float]:
    silent = float("-inf")
    return (
        silent if heard.rssi is None else heard.rssi,
        silent if heard.snr is None else heard.snr,
    )
