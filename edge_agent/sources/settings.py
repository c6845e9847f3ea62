"""The table [sources] of agent.toml: what is heard, from where, and which profile decodes it."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct, field
from msgspec.structs import replace

from chassis import NearMqttSettings, OwnPort, Port, Some, Text
from device_profiles import Envelope
from edge_agent.sources.bus_tables import BusSettings
from edge_agent.sources.ocpp.settings import OcppSettings


class Written(StrEnum):
    """How a raw payload is written: as it is, as hexadecimal or base64 text, or as a SenML pack or stream."""

    BYTES = "bytes"
    HEX = "hex"
    BASE64 = "base64"
    SENML_JSON = "senml+json"
    SENML_CBOR = "senml+cbor"
    SENSML_JSON = "sensml+json"
    SENSML_CBOR = "sensml+cbor"


class RouteSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One MQTT topic filter and what is published there.

    In a raw route one level is `{device}` and names the device, or `device` says which one it is; where the profile
    asks for the LoRaWAN port, one level is `{port}`, or `port` says it. `profile` may stay empty: then the network
    server's name for the kind of device decides (`by_name`), or the device's own entry.
    """

    topic: Text
    envelope: Envelope = Envelope.RAW
    profile: str = ""
    device: str = ""
    port: Annotated[int, Meta(ge=0, le=255)] | None = None
    format: Written = Written.BYTES


class MqttSourceSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One broker and the routes heard there; `by_name` is: device kind as the network server calls it → profile.

    The client id names the session that the broker keeps while the agent is away, so it must stay the same and be
    nobody else's; empty means one made of the gateway's id.
    """

    name: Text = "mqtt"
    broker: NearMqttSettings = NearMqttSettings()
    client_id: str = ""
    routes: tuple[RouteSettings, ...] = ()
    by_name: dict[str, str] = {}


class Lwm2mSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The LwM2M server, on the port of the CoAP server: at most `most` devices register at /rd.

    What the profile understands of what a device has is read and observed, and whatever is in `objects`.
    """

    profile: Text = "generic_lwm2m"
    objects: tuple[Annotated[int, Meta(ge=0, le=65_534)], ...] = ()
    most: Some = 1000


class OscoreSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """OSCORE (RFC 8613): who shares which key stands in `keys`; `state` is a folder for what must survive a restart.

    With `require`, requests that are not protected are refused.
    """

    keys: Text = "oscore.toml"
    state: Text = "oscore"
    require: bool = True


class CoapSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The CoAP server: devices put or post SenML packs to /senml, /senml/<device> or, by LwM2M Send, /dp.

    `profile` decodes what devices without an entry of their own send. A device may send `most_each` requests a
    minute; beyond that it is asked to come later.
    """

    host: Text = "::"
    port: OwnPort = 5683
    profile: str = ""
    most_bytes: Some = 16_384
    most_each: Some = 120
    lwm2m: Lwm2mSettings | None = None
    oscore: OscoreSettings | None = None

    def below(self, folder: Path) -> "CoapSettings":
        """Return the settings with every file that they name below a folder."""
        if self.oscore is None:
            return self
        keys, state = str(folder / self.oscore.keys), str(folder / self.oscore.state)
        return replace(self, oscore=replace(self.oscore, keys=keys, state=state))


class ObserveSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One resource of a CoAP device that the agent observes (RFC 7641)."""

    uri: Text
    device: Text
    profile: str = ""
    format: Written = Written.BYTES


class LlrpSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One RFID reader that speaks LLRP; `reader` is its name, as in `readers` of site.toml.

    Without `antennas` all are used, without `power_dbm` the reader's own setting.
    """

    reader: Text
    host: Text
    port: Port = 5084
    antennas: tuple[Annotated[int, Meta(ge=1, le=32)], ...] = ()
    power_dbm: Annotated[float, Meta(ge=0, le=36)] | None = None
    session: Annotated[int, Meta(ge=0, le=3)] = 1
    profile: Text = "reader_llrp_mqtt"


class RecordSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Writes down everything heard, for `lilong agent replay`, until the file has `most_mb`."""

    path: Text
    most_mb: Some = 64


class SourcesSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All ways in; `others` has a table for each source that another distribution brings (entry points)."""

    mqtt: tuple[MqttSourceSettings, ...] = ()
    coap: CoapSettings | None = None
    observe: tuple[ObserveSettings, ...] = ()
    bus: tuple[BusSettings, ...] = ()
    ocpp: OcppSettings | None = None
    llrp: tuple[LlrpSettings, ...] = ()
    record: RecordSettings | None = None
    others: dict[str, dict[str, object]] = field(default_factory=dict)
