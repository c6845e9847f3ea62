"""The events of Impinj's IoT device interface, as an R700 publishes them over MQTT.

Facts: Impinj Reader IoT Device Interface, tagInventoryEvent and its fellows: `epc`, `tid` and `pc` are base64url (RFC
4648, section 5), their namesakes ending in Hex are hexadecimal, `...Cdbm` are hundredths of a dBm, `frequency` is in
kHz, times are RFC 3339 with up to nine digits of a second. Which fields there are is the reader's configuration.
"""

from string import hexdigits
from typing import Final

import msgspec
from msgspec import Struct

from device_profiles.errors import DecodeError
from device_profiles.protocols.rfid.sighting import (
    Input,
    Port,
    Sighting,
    Told,
    base64_of,
    hex_of,
    time_of,
    word_of,
)

_HEX: Final = frozenset(hexdigits)
Time = str | float | None


class _Tag(Struct, frozen=True, kw_only=True, rename="camel"):
    epc: str | None = None
    epc_hex: str | None = None
    tid: str | None = None
    tid_hex: str | None = None
    pc: str | None = None
    pc_hex: str | None = None
    xpc: str | None = None
    xpc_hex: str | None = None
    antenna_port: Port | None = None
    antenna_name: str | None = None
    peak_rssi_cdbm: float | None = None
    frequency: float | None = None
    transmit_power_cdbm: float | None = None
    phase_angle: float | None = None
    last_seen_time: Time = None
    first_seen_time: Time = None


class _Gpi(Struct, frozen=True, kw_only=True):
    gpi: Port
    transition: str


class _Event(Struct, frozen=True, kw_only=True, rename="camel"):
    event_type: str | None = None
    type: str | None = None
    timestamp: Time = None
    hostname: str | None = None
    tag_inventory_event: _Tag | None = None
    tag_inventory_events: list[_Tag] | None = None
    gpi_transition_event: _Gpi | None = None
    inventory_status_event: msgspec.Raw = msgspec.Raw()
    events: list[msgspec.Raw] | None = None


_decoder = msgspec.json.Decoder(list[_Event] | _Event, strict=False)
_inner = msgspec.json.Decoder(_Event, strict=False)


def read_impinj(payload: bytes, *, epc_in_hex: bool = False) -> Told:
    """Read one event, an array of them, or several in lines of their own.

    An `epc` that could be either is read as base64, unless `epc_in_hex`, and its other reading is reported.

    Raises:
        DecodeError: it is none of the reader's events; says what was expected and what came.
    """
    events = _events(payload)
    stated = [event for event in events if event.event_type or event.type or _says(event)]
    if not stated:
        raise DecodeError(
            "expected an event of an Impinj reader with eventType or tagInventoryEvent, got none"
        )
    sightings = [sighting for event in events for sighting in _sightings(event, epc_in_hex=epc_in_hex)]
    inputs = [_input(event) for event in events if event.gpi_transition_event is not None]
    names = [event.hostname for event in events if event.hostname]
    return Told(sightings=tuple(sightings), inputs=tuple(inputs), reader=names[0] if names else "")


def _events(payload: bytes) -> list[_Event]:
    lines = [line for line in payload.splitlines() if line.strip()]
    try:
        try:
            found = _decoder.decode(payload)
        except msgspec.DecodeError:
            if len(lines) < 2:
                raise
            found = [_inner.decode(line) for line in lines]
        events = found if isinstance(found, list) else [found]
        return [one for event in events for one in _unpacked(event)]
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DecodeError(f"expected an event of an Impinj reader as JSON: {error}") from error


def _unpacked(event: _Event) -> list[_Event]:
    return [event] if event.events is None else [_inner.decode(one) for one in event.events]


def _says(event: _Event) -> bool:
    found = (event.tag_inventory_event, event.tag_inventory_events, event.gpi_transition_event)
    return any(one is not None for one in found) or bool(event.inventory_status_event)


def _sightings(event: _Event, *, epc_in_hex: bool) -> list[Sighting]:
    tags = list(event.tag_inventory_events or ())
    if event.tag_inventory_event is not None:
        tags.append(event.tag_inventory_event)
    elif event.event_type == "tagInventory" and not tags:
        raise DecodeError("expected tagInventoryEvent in an event of type tagInventory, got none")
    return [_sighting(tag, event.timestamp, epc_in_hex=epc_in_hex) for tag in tags]


def _sighting(tag: _Tag, timestamp: Time, *, epc_in_hex: bool) -> Sighting:
    epc, doubt = _epc(tag, epc_in_hex=epc_in_hex)
    rssi, power, frequency = tag.peak_rssi_cdbm, tag.transmit_power_cdbm, tag.frequency
    return Sighting(
        epc=epc,
        tid=hex_of(tag.tid_hex, "tidHex") or base64_of(tag.tid, "tid"),
        antenna=tag.antenna_port,
        antenna_name=tag.antenna_name or "",
        rssi_dbm=None if rssi is None else rssi / 100,
        at_ms=time_of(tag.last_seen_time or tag.first_seen_time or timestamp),
        pc=_word(tag.pc_hex, tag.pc, "pc"),
        xpc=_word(tag.xpc_hex, tag.xpc, "xpc"),
        phase_deg=tag.phase_angle,
        frequency_mhz=None if frequency is None else frequency / 1000,
        power_dbm=None if power is None else power / 100,
        doubt=doubt,
    )


def _epc(tag: _Tag, *, epc_in_hex: bool) -> tuple[bytes, str]:
    """Return the number in a tag's memory and, where it can be read in two ways, the other one."""
    if tag.epc_hex:
        epc = hex_of(tag.epc_hex, "epcHex")
        other = base64_of(tag.epc, "epc") if tag.epc else epc
        return epc, "" if other == epc else other.hex()
    if not tag.epc:
        return b"", ""
    both = not len(tag.epc) % 4 and _HEX.issuperset(tag.epc)
    if epc_in_hex:
        return hex_of(tag.epc, "epc"), base64_of(tag.epc, "epc").hex() if both else ""
    return base64_of(tag.epc, "epc"), tag.epc.lower() if both else ""


def _word(digits: str | None, base64: str | None, where: str) -> int | None:
    if digits:
        return word_of(digits, f"{where}Hex")
    return int.from_bytes(base64_of(base64, where)[:2], "big") if base64 else None


def _input(event: _Event) -> Input:
    gpi = event.gpi_transition_event
    assert gpi is not None
    _, _, after = gpi.transition.lower().rpartition("-")
    if after not in ("high", "low"):
        raise DecodeError(f"expected a transition to high or to low, got {gpi.transition[:40]!r}")
    return Input(number=gpi.gpi, high=after == "high", at_ms=time_of(event.timestamp))
