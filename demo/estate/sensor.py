"""A parking sensor of the estate: which make, in which bay, and what it says."""

from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from wire import BayId, DeviceId, PlaceId


class Kind(StrEnum):
    """The makes of the estate's sensors."""

    BOSCH_TPS110 = "parking_bosch_tps110"
    NWAVE_NPS310 = "parking_nwave_nps310@1.13"
    NWAVE_NPS405 = "parking_nwave_nps405@2.4"
    NWAVE_NPS405_EARLY = "parking_nwave_nps405@early"
    TEKZIPARK = "parking_tekzitel_tekzipark"
    LIBELIUM_V2 = "parking_libelium_smart_parking_v2"
    NBIOT_JSON = "nbiot-json"
    NBIOT_CBOR = "nbiot-cbor"

    @property
    def speaks_coap(self) -> bool:
        """Whether it speaks for itself over NB-IoT; the others are heard by a LoRaWAN network server."""
        return self in (Kind.NBIOT_JSON, Kind.NBIOT_CBOR)

    @property
    def profile(self) -> str:
        """The key of the device profile that understands it."""
        return "parking_lwm2m_3431" if self.speaks_coap else self.value


class Sensor(Struct, frozen=True, kw_only=True):
    """One sensor and the bay that it watches."""

    device: DeviceId
    bay: BayId
    floor: PlaceId
    kind: Kind


class Moment(Struct, frozen=True, kw_only=True):
    """At `at_s` after the start a sensor says whether its bay is occupied; `changed` tells a change from a heartbeat.

    `lasted_min` is how long the state before the change lasted, in minutes of the estate's own day.
    """

    at_s: float
    sensor: Sensor
    occupied: bool
    changed: bool
    lasted_min: int = 0
    temperature_c: int = 20


class Said(Protocol):
    """What any device says, as those who carry it and count it must know it."""

    @property
    def device(self) -> DeviceId:
        """Who says it."""
        ...

    @property
    def kind(self) -> str:
        """The make of who says it."""
        ...

    @property
    def name(self) -> str:
        """What people call who says it."""
        ...

    @property
    def number(self) -> int:
        """How much it said before."""
        ...

    @property
    def at_ms(self) -> int:
        """When it says it."""
        ...

    @property
    def changed(self) -> bool:
        """Whether something changed, or it only shows that it lives."""
        ...

    @property
    def identity(self) -> tuple[DeviceId, int]:
        """What makes it itself, here and in the database."""
        ...


class Utterance(Struct, frozen=True, kw_only=True):
    """A moment put into words: `at_ms` by the sensor's own clock, which never gives the same millisecond twice.

    `number` counts what the sensor said before.
    """

    moment: Moment
    number: int
    at_ms: int

    @property
    def sensor(self) -> Sensor:
        """Who says it."""
        return self.moment.sensor

    @property
    def device(self) -> DeviceId:
        """The id of who says it."""
        return self.sensor.device

    @property
    def kind(self) -> str:
        """The make of who says it."""
        return self.sensor.kind.value

    @property
    def name(self) -> str:
        """The bay of who says it."""
        return self.sensor.bay

    @property
    def changed(self) -> bool:
        """Whether the bay changed, or the sensor only shows that it lives."""
        return self.moment.changed

    @property
    def identity(self) -> tuple[DeviceId, int]:
        """What makes it itself, here and in the database."""
        return self.sensor.device, self.at_ms
