"""What comes out of a network server's envelope."""

from enum import StrEnum

from msgspec import Struct

from device_profiles.reading import Reading


class Envelope(StrEnum):
    """Who wrapped the device's bytes: nobody, or a LoRaWAN network server."""

    RAW = "raw"
    CHIRPSTACK_V4 = "chirpstack-v4"
    TTN_V3 = "ttn-v3"


class Opened(Struct, frozen=True, kw_only=True):
    """The reading that was inside, and how the network server calls this kind of device (empty where it does not).

    `frame_count` is the device's own number of its uplinks (LoRaWAN FCntUp), where there is one.
    """

    reading: Reading
    hint: str = ""
    frame_count: int | None = None
