"""Bytes from a device, as they came: nothing understood yet."""

from enum import StrEnum

from msgspec import Struct

from wire import DeviceId, TimeTrust


class Format(StrEnum):
    """How a reading's bytes are written: in the device's own way, as SenML (RFC 8428), or as LwM2M writes resources.

    With a path, `bytes` are the bare value of an LwM2M resource of type opaque.
    """

    BYTES = "bytes"
    SENML_JSON = "senml+json"
    SENML_CBOR = "senml+cbor"
    SENSML_JSON = "sensml+json"
    SENSML_CBOR = "sensml+cbor"
    TEXT = "text"
    LWM2M_TLV = "lwm2m+tlv"
    LWM2M_JSON = "lwm2m+json"


class Key:
    """A device's secret key; it shows itself nowhere, neither in logs nor in errors."""

    __slots__ = ("octets",)

    def __init__(self, octets: bytes) -> None:
        """Hold the key's bytes."""
        self.octets = octets

    def __repr__(self) -> str:
        """Say only how long the key is."""
        return f"Key({len(self.octets)} bytes)"


class Reading(Struct, frozen=True, kw_only=True):
    """One utterance of a device with what is known about how it came.

    `received_ms` is the gateway's clock and `trust` says how far it can be believed. `at_ms` is the time by the
    device or by its network server, where there is one. `identity` is what makes this reading itself (a network
    server's deduplication id, a session and frame counter); empty where nothing does. `port` is the LoRaWAN FPort,
    `path` what was read of an LwM2M device: an object, an instance or a resource ("/3431/0/1").
    `key` is the site's key for what this device encrypts itself; it is lent for decoding and never kept.
    """

    device: DeviceId
    payload: bytes
    received_ms: int
    trust: TimeTrust
    port: int | None = None
    path: str = ""
    format: Format = Format.BYTES
    at_ms: int | None = None
    identity: str = ""
    rssi_dbm: float | None = None
    snr_db: float | None = None
    key: Key | None = None

    @property
    def taken_ms(self) -> int:
        """The best known time of the reading."""
        return self.received_ms if self.at_ms is None else self.at_ms

    @property
    def taken_trust(self) -> TimeTrust:
        """How far `taken_ms` can be believed."""
        return self.trust if self.at_ms is None else TimeTrust.DEVICE
