"""Recordings of what was heard: a line is a reading, or a network server's envelope as it came."""

from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from device_profiles.device import check_device
from device_profiles.envelopes import Envelope, open_envelope
from device_profiles.errors import DecodeError, ProfileError
from device_profiles.reading import Format, Reading
from device_profiles.written import from_hex
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
            return replace(opened.reading, at_ms=None, identity="")
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


def read_recording(path: Path, device: str = "") -> list[Reading]:
    """Return the readings of a recording, of one device where it is named, each at the time when it was received.

    Lines without a time of their own follow the line before by their delay.

    Raises:
        ProfileError: the file cannot be read, or a line is none of a recording.
    """
    found, now_ms = [], 0
    try:
        texts = path.read_bytes().splitlines()
    except OSError as error:
        raise ProfileError(f"{path}: {error}") from error
    for number, text in enumerate(texts, 1):
        if not text.strip():
            continue
        try:
            line = read_line(text)
            now_ms = (now_ms if line.received_ms is None else line.received_ms) + (line.delay_ms or 0)
            reading = line.reading(now_ms, TimeTrust.SYNCED)
        except DecodeError as error:
            raise ProfileError(f"{path}, line {number}: {error}") from error
        if device in ("", reading.device):
            found.append(replace(reading, at_ms=line.at_ms))
    return found
