"""A meter's answers as observations: values in the catalogue's units, what is not measured left out."""

from collections.abc import Sequence
from typing import Final

from device_profiles.errors import DecodeError
from device_profiles.protocols.dlt645.decode import Message, understand
from device_profiles.protocols.dlt645.frame import read_frames
from device_profiles.protocols.dlt645.item import Content, Item, Kind
from device_profiles.reading import Reading
from wire import Observation, PropertyName, Value

_IDENTITY: Final = PropertyName("meter.identity")
_BATTERY_LOW: Final = PropertyName("device.battery_low")
_RELAY: Final = PropertyName("output.on")
_STATUS: Final = PropertyName("meter.status")
# Status words of the edition of 2007: word 1 has the batteries in bits 2 and 3, word 3 the relay in bit 4 (1 = open).
_WORD_1, _WORD_3, _WORDS = 0x04000501, 0x04000503, 0x040005FF
_BATTERIES: Final = 0b1100
_OPEN: Final = 0b10000
_POWERS: Final = (1, 10, 100, 1000, 10_000)


def observations(reading: Reading, version: int) -> Sequence[Observation]:
    """Return what the meter said; its own address goes along with its energies.

    Raises:
        DecodeError: a frame is broken, is a question or of the other edition, answers with an error, or says
            something that the tables do not have.
    """
    facts: list[tuple[PropertyName, Value]] = []
    for frame in read_frames(reading.payload):
        facts += _facts(_checked(understand(frame), version))
    at_ms, trust = reading.taken_ms, reading.taken_trust
    return [
        Observation(device=reading.device, property=name, value=value, at_ms=at_ms, trust=trust)
        for name, value in facts
    ]


def _checked(message: Message, version: int) -> Message:
    frame = message.frame
    if not message.response:
        raise DecodeError(f"expected a meter's answer, got a question (control {frame.control:02X})")
    if message.refused:
        words = ", ".join(word.en for word in message.errors)
        raise DecodeError(f"the meter {frame.address} refuses: {words} (error {message.rest.hex()})")
    if message.version != version:
        raise DecodeError(f"expected DL/T 645-{version}, got a frame of {message.version}")
    return message


def _facts(message: Message) -> list[tuple[PropertyName, Value]]:
    if message.address_read is not None:
        return [(_IDENTITY, message.address_read)]
    item, content = message.item, message.content
    if item is None:
        raise DecodeError(f"expected an identifier of the table, got {_identifier(message)}")
    if content is None:
        raise DecodeError(
            f"{_identifier(message)} ({item.title.en}): expected {item.width} bytes, got {len(message.rest)}"
        )
    found: list[tuple[PropertyName, Value]] = []
    if _is_energy(message):
        found.append((_IDENTITY, message.frame.address))
    if item.kind is Kind.BITS:
        return _status(message, item, content)
    return found + _named(item, content)


def _named(item: Item, content: Content) -> list[tuple[PropertyName, Value]]:
    if content.text is not None and item.properties:
        return [(item.properties[0], content.text)]
    if item.kind is Kind.CLOCK:
        return [(name, time) for name, time in zip(item.properties, content.times, strict=False) if time]
    decimals = item.decimals - item.shift
    return [
        (name, _value(raw, decimals))
        for name, raw in zip(item.properties, content.raws, strict=False)
        if raw is not None
    ]


def _value(raw: int, decimals: int) -> float | int:
    if decimals > 0:
        return raw / _POWERS[decimals]
    return raw * _POWERS[-decimals]


def _is_energy(message: Message) -> bool:
    identifier = message.identifier or 0
    if message.version == 1997:
        return identifier >> 8 == 0x90
    return identifier >> 24 == 0 and identifier >> 16 <= 0x02


def _status(message: Message, item: Item, content: Content) -> list[tuple[PropertyName, Value]]:
    """Return all status words as they are, and what the bits of single ones say (edition of 2007)."""
    words = content.bits
    found: list[tuple[PropertyName, Value]] = []
    if item.properties:
        found.append((_STATUS, "".join(f"{word:0{item.width * 2}x}" for word in words)))
    if message.version == 1997:
        return found
    first = _WORD_1 if message.identifier == _WORDS else message.identifier or 0
    numbered = dict(enumerate(words, first))
    if _WORD_1 in numbered:
        found.append((_BATTERY_LOW, int(bool(numbered[_WORD_1] & _BATTERIES))))
    if _WORD_3 in numbered:
        found.append((_RELAY, int(not numbered[_WORD_3] & _OPEN)))
    return found


def _identifier(message: Message) -> str:
    if message.identifier is None:
        return f"control {message.frame.control:02X} without an identifier"
    return f"identifier {message.identifier:0{8 if message.version == 2007 else 4}X}"
