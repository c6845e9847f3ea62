"""The uplink event of ChirpStack v4 as its MQTT integration publishes it (application/+/device/+/event/up, JSON).

Facts: https://www.chirpstack.io/docs/chirpstack/integrations/events.html and api/proto/integration/integration.proto.
The JSON follows protobuf's rule that a field of its default value (0, "") is left out.
"""

from datetime import datetime

import msgspec
from msgspec import Raw, Struct

from device_profiles.envelopes.fields import best_in, bytes_of, eui_of, ms_of
from device_profiles.envelopes.opened import Opened
from device_profiles.errors import DecodeError
from device_profiles.reading import Reading
from wire import TimeTrust


class _Device(Struct, frozen=True, kw_only=True, rename="camel"):
    dev_eui: str | None = None
    device_profile_name: str | None = None


class _Uplink(Struct, frozen=True, kw_only=True, rename="camel"):
    device_info: _Device
    deduplication_id: str | None = None
    time: datetime | None = None
    f_port: int | None = None
    f_cnt: int | None = None
    data: str | None = None
    rx_info: Raw = Raw()


_decoder = msgspec.json.Decoder(_Uplink)


def open_chirpstack(raw: bytes, received_ms: int, trust: TimeTrust) -> Opened:
    """Take the reading out of an uplink event.

    Raises:
        NoBytesError: the uplink carries none of the device's bytes.
        DecodeError: it is no uplink event of ChirpStack v4.
    """
    try:
        uplink = _decoder.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DecodeError(f"expected a ChirpStack v4 uplink event as JSON: {error}") from error
    best = best_in(uplink.rx_info)
    reading = Reading(
        device=eui_of(uplink.device_info.dev_eui, "deviceInfo.devEui"),
        payload=bytes_of(uplink.data, "data"),
        received_ms=received_ms,
        trust=trust,
        port=uplink.f_port or 0,
        at_ms=ms_of(uplink.time, "time"),
        identity=uplink.deduplication_id or "",
        rssi_dbm=best.rssi,
        snr_db=best.snr,
    )
    hint = uplink.device_info.device_profile_name or ""
    return Opened(reading=reading, hint=hint, frame_count=uplink.f_cnt or 0)
