"""Turns what a reader tells into observations: each tag is a device of its own, and the reader says that it lives."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from device_profiles.profile import Codec
from device_profiles.protocols.epc import Content, recognise
from device_profiles.protocols.rfid.sighting import Input, Sighting, Told
from device_profiles.reading import Reading
from wire import DeviceId, Observation, PropertyName, TimeTrust, Value, tag_device

_TAG_NOTIFIES: Final = 0x0010
"""Bit 21Bh of the XPC, TN: the tag asserts a notification, which seals do when they are opened (TDS 2.3, 9.4)."""
_XPC_FOLLOWS: Final = 0x0200
_IS_ISO: Final = 0x0100


def reader_codec(read: Callable[[bytes], Told]) -> Codec:
    """Make a profile's `decode` of what reads the reader's publishes."""

    def decode(reading: Reading, /) -> Sequence[Observation]:
        told = read(reading.payload)
        rows = [row for sighting in told.sightings for row in _of_tag(reading, sighting)]
        rows += [row for one in told.inputs for row in _of_input(reading, one)]
        if told.offline is not None:
            rows.append(_row(reading, reading.device, "device.link_lost", int(told.offline), None))
        return rows or [_row(reading, reading.device, "device.heartbeat", 1, None)]

    return decode


def tampered(sighting: Sighting) -> bool | None:
    """Return what the tag itself notifies; None where the reader does not report it.

    Without an XPC of its own in the reply, the low byte of the PC word is that of the XPC (Gen2v2, 6.3.2.1.2.2).
    """
    if sighting.xpc is not None:
        return bool(sighting.xpc & _TAG_NOTIFIES)
    if sighting.pc is None or sighting.pc & (_XPC_FOLLOWS | _IS_ISO):
        return None
    return bool(sighting.pc & _TAG_NOTIFIES)


def _of_tag(reading: Reading, sighting: Sighting) -> Iterator[Observation]:
    """Give what is known of a tag, `tag.seen` first; a tag without any number is nobody."""
    number = sighting.epc or sighting.tid
    if not number:
        return
    device = tag_device(number.hex())
    for name, value in _facts(reading.device, sighting):
        if value is not None and value != "":
            yield _row(reading, device, name, value, sighting.at_ms)


def _facts(reader: DeviceId, sighting: Sighting) -> Iterator[tuple[str, Value | None]]:
    found = recognise(sighting.epc, sighting.pc)
    where = sighting.antenna_name or ("" if sighting.antenna is None else str(sighting.antenna))
    notified = tampered(sighting)
    yield "tag.seen", f"{reader}/{where}" if where else reader
    yield "tag.rssi", sighting.rssi_dbm
    yield "tag.antenna", sighting.antenna
    yield "tag.uri", found.uri if found.content in (Content.EPC, Content.EPC_PLUS) else None
    yield "tag.tid", sighting.tid.hex()
    yield "tag.tampered", None if notified is None else int(notified)
    yield "tag.doubt", sighting.doubt


def _of_input(reading: Reading, one: Input) -> Iterator[Observation]:
    device = DeviceId(f"{reading.device}/{one.number}")
    yield _row(reading, device, "input.on", int(one.high), one.at_ms)


def _row(reading: Reading, device: DeviceId, name: str, value: Value, at_ms: int | None) -> Observation:
    own = at_ms is not None
    return Observation(
        device=device,
        property=PropertyName(name),
        value=value,
        at_ms=at_ms if at_ms is not None else reading.taken_ms,
        trust=TimeTrust.DEVICE if own else reading.taken_trust,
    )
