"""Melexis MLX90640: 32 × 24 object temperatures as a node sends them; the picture itself goes to the care rule only."""

from collections.abc import Sequence
from statistics import median

from device_profiles import DecodeError, Reading
from device_profiles.protocols.thermal import Frame, frame_of_counts, frame_of_floats
from wire import Observation, PropertyName

_WIDTH, _PIXELS = 32, 768


def frame(reading: Reading, /) -> Frame:
    """Return the picture: 768 floats as Melexis's driver makes them, or 768 hundredths of a degree in 2 bytes each."""
    size = len(reading.payload)
    if size == _PIXELS * 4:
        return frame_of_floats(reading.payload, _WIDTH)
    if size == _PIXELS * 2:
        return frame_of_counts(reading.payload, _WIDTH, degrees=0.01)
    raise DecodeError(
        f"expected 768 pixels of 4 bytes (float) or 2 (hundredths of a degree), got {size} bytes"
    )


def decode(reading: Reading, /) -> Sequence[Observation]:
    """Return the room's temperature as the array sees it."""
    room = median(value for value in frame(reading).celsius if value == value)
    return [
        Observation(
            device=reading.device,
            property=PropertyName("thermal.background"),
            value=round(room, 2),
            at_ms=reading.taken_ms,
            trust=reading.taken_trust,
        )
    ]
