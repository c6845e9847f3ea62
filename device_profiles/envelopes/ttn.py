"""The uplink message of The Things Stack v3 as its MQTT server publishes it (v3/+/devices/+/up, JSON).

Facts: https://www.thethingsindustries.com/docs/integrations/data-formats/ ; a field of its default value is left out.
"""

from datetime import datetime

import msgspec
from msgspec import Raw, Struct

from device_profiles.envelopes.fields import best_in, bytes_of, eui_of, ms_of
from device_profiles.envelopes.opened import Opened
from device_profiles.errors import DecodeError
from device_profiles.reading import Reading
from wire import TimeTrust


class _Ids(Struct, frozen=True, kw_only=True):
    dev_eui: str | None = None


class _Version(Struct, frozen=True, kw_only=True):
    brand_id: str | None = None
    model_id: str | None = None
    firmware_version: str | None = None


class _Message(Struct, frozen=True, kw_only=True):
    session_key_id: str | None = None
    f_port: int | None = None
    f_cnt: int | None = None
    frm_payload: str | None = None
    received_at: datetime | None = None
    rx_metadata: Raw = Raw()
    version_ids: _Version | None = None


class _Uplink(Struct, frozen=True, kw_only=True):
    end_device_ids: _Ids
    uplink_message: _Message
    correlation_ids: tuple[str, ...] | None = None
    received_at: datetime | None = None


_decoder = msgspec.json.Decoder(_Uplink)


def open_ttn(raw: bytes, received_ms: int, trust: TimeTrust) -> Opened:
    """Take the reading out of an uplink message.

    Raises:
        NoBytesError: the uplink carries none of the device's bytes.
        DecodeError: it is no uplink of The Things Stack v3.
    """
    try:
        uplink = _decoder.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DecodeError(f"expected a The Things Stack v3 uplink as JSON: {error}") from error
    message = uplink.uplink_message
    best = best_in(message.rx_metadata)
    reading = Reading(
        device=eui_of(uplink.end_device_ids.dev_eui, "end_device_ids.dev_eui"),
        payload=bytes_of(message.frm_payload, "uplink_message.frm_payload"),
        received_ms=received_ms,
        trust=trust,
        port=message.f_port or 0,
        at_ms=ms_of(message.received_at or uplink.received_at, "received_at"),
        identity=_identity(uplink),
        rssi_dbm=best.rssi,
        snr_db=best.snr,
    )
    hint = _hint(message.version_ids or _Version())
    return Opened(reading=reading, hint=hint, frame_count=message.f_cnt or 0)


def _identity(uplink: _Uplink) -> str:
    """Session and frame counter make a frame itself; without a session, the id that the server gave to the uplink."""
    message = uplink.uplink_message
    if message.session_key_id:
        return f"{message.session_key_id}:{message.f_cnt or 0}"
    return next((name for name in uplink.correlation_ids or () if name.startswith("as:up:")), "")


def _hint(version: _Version) -> str:
    name = "/".join(part for part in (version.brand_id, version.model_id) if part)
    return f"{name}@{version.firmware_version}" if name and version.firmware_version else name
