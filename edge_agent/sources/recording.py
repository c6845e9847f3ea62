"""One line of a recording: a reading as it was heard, or a network server's envelope as it came."""

import msgspec
from msgspec import Struct

from device_profiles import DecodeError, Envelope, Format, Reading, from_hex, open_envelope
from edge_agent.sources.opening import check_device
from wire import TimeTrust


class Line(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A JSON object a line.

    When: `received_ms` (UTC or since boot, only differences count) or `delay_ms` after the line before; neither
    means at once. What: `device` with its bytes in `hex`, or an `envelope` with its `topic` and `payload`, the JSON
    object that the network server published. `profile` is empty where the device's own entry decides.
    """

    received_ms: int | None = None
    delay_ms: int | None = None
    device: str = ""
    profile: str = ""
    hex: str = ""
    port: int | None = None
    path: str = ""
    format: Format = Format.BYTES
    at_ms: int | None = None
    identity: str = ""
    rssi_dbm: float | None = None
    snr_db: float | None = None
    envelope: Envelope | None = None
    topic: str = ""
    payload: msgspec.Raw = msgspec.Raw()

    def reading(self, received_ms: int, trust: TimeTrust) -> Reading:
        """Return the reading as if it were heard now: with the time given, without a time or identity of its own.

        Raises:
            DecodeError: no device, no hexadecimal digits, or an envelope that does not open.
        """
        if self.envelope is not None:
            opened = open_envelope(self.envelope, self.topic, bytes(self.payload), received_ms, trust)
            return msgspec.structs.replace(opened.reading, at_ms=None, identity="")
        return Reading(
            device=check_device(self.device),
            payload=from_hex(self.hex),
            received_ms=received_ms,
            trust=trust,
            port=self.port,
            path=self.path,
            format=self.format,
            rssi_dbm=self.rssi_dbm,
            snr_db=self.snr_db,
        )


_decoder = msgspec.json.Decoder(Line)


def read_line(text: bytes) -> Line:
    """Return a line of a recording.

    Raises:
        DecodeError: it is no JSON object, or has keys that no recording has.
    """
    try:
        return _decoder.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DecodeError(f"expected a line of a recording: {error}") from error


def line_of(reading: Reading, profile: str) -> bytes:
    """Return the line that records a reading, with its line end."""
    line = Line(
        received_ms=reading.received_ms,
        device=reading.device,
        profile=profile,
        hex=reading.payload.hex(),
        port=reading.port,
        path=reading.path,
        format=reading.format,
        at_ms=reading.at_ms,
        identity=reading.identity,
        rssi_dbm=reading.rssi_dbm,
        snr_db=reading.snr_db,
    )
    return msgspec.json.encode(line) + b"\n"
