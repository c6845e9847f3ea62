"""The events of Zebra readers over MQTT: FX and FXR with the IoT Connector, and the sleds RFD40 and RFD90.

Facts: Zebra IoT Connector tag data events (`idHex`, `peakRssi`, `antenna`, `eventNum`, `PC`, `TID`; all but `eventNum`,
`format` and `idHex` only where the mode's metadata ask for them; `type` names the operating mode); RFD40/RFD90 MQTT
reference, dataEVT (`data.tagData[]` with `EPCid`, `peakRssi`, times in milliseconds since 1970).
"""

import msgspec
from msgspec import Struct, field

from device_profiles.errors import DecodeError
from device_profiles.protocols.rfid.sighting import (
    Input,
    Port,
    Sighting,
    Told,
    digits_of,
    hex_of,
    time_of,
    word_of,
)

Time = str | float | None
_PIN_STATES = {"HIGH": True, "LOW": False}


class _Record(Struct, frozen=True, kw_only=True, rename="camel"):
    """A tag as an FX or a sled writes it, and whatever else stands in `data`."""

    id_hex: str | None = None
    epc_id: str | None = field(default=None, name="EPCid")
    epc: str | None = field(default=None, name="EPC")
    tid: str | None = field(default=None, name="TID")
    pc: str | None = field(default=None, name="PC")
    xpc: str | None = field(default=None, name="XPC")
    antenna: Port | None = None
    antenna_id: Port | None = None
    antenna_port: Port | None = None
    peak_rssi: float | None = None
    rssi: float | None = field(default=None, name="RSSI")
    channel: float | None = None
    phase: float | None = None
    reads: int | None = None
    seen_count: int | None = None
    first_seen_time: Time = None
    last_seen_time: Time = None
    first_seen_timestamp: Time = None
    host_name: str | None = None
    pin: Port | None = None
    state: str | None = None
    tags: "list[_Record] | None" = None
    tag_data: "list[_Record] | None" = None
    barcode_data: list[msgspec.Raw] | None = None


class _Event(_Record, frozen=True, kw_only=True, rename="camel"):
    """One event; a reader may send a tag without anything around it."""

    type: str | None = None
    timestamp: Time = None
    data: _Record | None = None


_decoder = msgspec.json.Decoder(list[_Event] | _Event, strict=False)


def read_zebra(payload: bytes) -> Told:
    """Read one event or an array of them.

    Raises:
        DecodeError: it is none of the reader's events; says what was expected and what came.
    """
    try:
        found = _decoder.decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DecodeError(f"expected an event of a Zebra reader as JSON: {error}") from error
    told = [_told(event) for event in (found if isinstance(found, list) else [found])]
    if not told:
        raise DecodeError("expected an event of a Zebra reader, got an empty array")
    names = [one.reader for one in told if one.reader]
    return Told(
        sightings=tuple(sighting for one in told for sighting in one.sightings),
        inputs=tuple(one for event in told for one in event.inputs),
        reader=names[0] if names else "",
    )


def _told(event: _Event) -> Told:
    body: _Record = event if event.data is None else event.data
    records = body.tags or body.tag_data
    if records is None:
        records = [body] if _number(body) is not None or body.tid else []
    if not records and (event.type is None or event.data is None):
        raise DecodeError(
            "expected an event of a Zebra reader with idHex, or with type and data, got neither"
        )
    return Told(
        sightings=tuple(_sighting(record, event.timestamp) for record in records),
        inputs=(_input(body, event.timestamp),) if event.type == "gpi" and body.pin is not None else (),
        reader=body.host_name or event.host_name or "",
    )


def _number(record: _Record) -> str | None:
    found = (record.id_hex, record.epc_id, record.epc)
    return next((one for one in found if one is not None), None)


def _sighting(record: _Record, timestamp: Time) -> Sighting:
    tid, antennas = digits_of(record.tid), (record.antenna, record.antenna_id, record.antenna_port)
    number = _number(record)
    if number is None and not tid:
        raise DecodeError("expected idHex, EPCid or TID of a tag, got none")
    time = record.last_seen_time or record.first_seen_time or record.first_seen_timestamp or timestamp
    return Sighting(
        epc=hex_of(number, "idHex"),
        tid=tid,
        antenna=next((one for one in antennas if one is not None), None),
        rssi_dbm=record.rssi if record.peak_rssi is None else record.peak_rssi,
        at_ms=time_of(time),
        pc=word_of(record.pc, "PC"),
        xpc=int.from_bytes(digits_of(record.xpc)[:2], "big") if digits_of(record.xpc) else None,
        phase_deg=record.phase,
        frequency_mhz=record.channel,
        seen_count=record.reads if record.seen_count is None else record.seen_count,
    )


def _input(body: _Record, timestamp: Time) -> Input:
    state = _PIN_STATES.get((body.state or "").upper())
    if state is None or body.pin is None:
        raise DecodeError(f"expected pin and state HIGH or LOW of an input, got {body.state!r}")
    return Input(number=body.pin, high=state, at_ms=time_of(timestamp))
