"""M-Bus meters on a wire: the index and what else a meter's answer says, by the kind of meter that it is."""

from collections.abc import Iterator, Sequence

from device_profiles import DecodeError, Reading
from device_profiles.protocols.mbus import MbusDialogue, meter_facts, read_telegram
from device_profiles.protocols.wmbus import explain_wired
from wire import Observation, PropertyName, Value

dialogue = MbusDialogue()


def decode(reading: Reading, /) -> Sequence[Observation]:
    """Return what the meter says of its water, heat, gas or electricity, and of itself.

    Raises:
        DecodeError: the frame is broken, or the meter says why it cannot answer.
    """
    return [
        Observation(
            device=reading.device,
            property=PropertyName(name),
            value=value,
            at_ms=reading.taken_ms,
            trust=reading.taken_trust,
        )
        for name, value in _facts(reading.payload)
    ]


def _facts(octets: bytes) -> Iterator[tuple[str, Value]]:
    telegram = read_telegram(octets)
    if telegram.error:
        raise DecodeError(f"expected records, but the meter reports: {telegram.error}")
    address = telegram.header.address
    if address is not None:
        yield "meter.identity", address.id
        yield "meter.status", f"{telegram.header.status:02x}"
    said = explain_wired(telegram)
    yield from meter_facts(address.medium if address else "", said.records.rows, said.states, said.tells)
