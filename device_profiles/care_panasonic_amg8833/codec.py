"""Panasonic Grid-EYE AMG8833: 8 × 8 pixels as its registers hold them; the picture goes to the care rule only."""

from collections.abc import Sequence
from statistics import median

from device_profiles import DecodeError, Reading
from device_profiles.protocols.thermal import Frame, frame_of_counts
from wire import Observation, PropertyName

_PIXELS = 128
_THERMISTOR = 2


def frame(reading: Reading, /) -> Frame:
    """Return the picture: registers 80h to FFh, 12 bits a pixel in two's complement, a quarter of a degree each."""
    payload = reading.payload
    if len(payload) not in (_PIXELS, _PIXELS + _THERMISTOR):
        raise DecodeError(
            f"expected 128 bytes of pixels, or 130 with the thermistor before, got {len(payload)}"
        )
    return frame_of_counts(payload[-_PIXELS:], 8, degrees=0.25, bits=12)


def decode(reading: Reading, /) -> Sequence[Observation]:
    """Return the room's temperature as the array sees it, and the sensor's own."""
    room = median(value for value in frame(reading).celsius if value == value)
    rows = [_row(reading, "thermal.background", room)]
    if len(reading.payload) == _PIXELS + _THERMISTOR:
        rows.append(_row(reading, "device.temperature", _thermistor(reading.payload)))
    return rows


def _thermistor(payload: bytes) -> float:
    """Registers 0Eh and 0Fh: a sign and 11 bits, a sixteenth of a degree each (unlike the pixels, no complement)."""
    raw = int.from_bytes(payload[:_THERMISTOR], "little") & 0xFFF
    return -(raw & 0x7FF) / 16 if raw & 0x800 else raw / 16


def _row(reading: Reading, name: str, value: float) -> Observation:
    return Observation(
        device=reading.device,
        property=PropertyName(name),
        value=value,
        at_ms=reading.taken_ms,
        trust=reading.taken_trust,
    )
