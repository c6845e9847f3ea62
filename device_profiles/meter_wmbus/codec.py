"""M-Bus meters on the radio: the index and what else a telegram says, decrypted with the meter's key if need be."""

from collections.abc import Iterator, Sequence

from device_profiles import DecodeError, Key, Reading
from device_profiles.protocols.mbus import meter_facts
from device_profiles.protocols.wmbus import STATUS_WORDS, read_telegram
from wire import Observation, PropertyName, Value


def decode(reading: Reading, /) -> Sequence[Observation]:
    """Return what the meter says of its water, heat, gas or electricity, and of itself.

    Raises:
        DecodeError: the telegram is broken, there is no key for it, or it is the wrong one.
    """
    return [
        Observation(
            device=reading.device,
            property=PropertyName(name),
            value=value,
            at_ms=reading.taken_ms,
            trust=reading.taken_trust,
        )
        for name, value in _facts(reading.payload, reading.key)
    ]


def _facts(octets: bytes, key: Key | None) -> Iterator[tuple[str, Value]]:
    telegram = read_telegram(octets, key.octets if key else None)
    if telegram.error:
        raise DecodeError(f"expected records, but the meter reports: {telegram.error}")
    yield "meter.identity", telegram.meter.id
    if set(STATUS_WORDS) <= set(telegram.tells):
        yield "meter.status", f"{telegram.header.status:02x}"
    yield from meter_facts(telegram.meter.medium, telegram.rows, telegram.states, telegram.tells)
