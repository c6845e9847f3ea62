"""A wired answer, with its manufacturer's codes explained as those of a radio telegram are."""

from typing import Final

from device_profiles.protocols.mbus import Header, Telegram
from device_profiles.protocols.wmbus.makers import explain
from device_profiles.protocols.wmbus.said import Said
from device_profiles.protocols.wmbus.status import STATUS_WORDS, status_words

_COUNTERS: Final = 0x03


def explain_wired(telegram: Telegram) -> Said:
    """Return a wired answer's records and states with what its manufacturer means by its own codes."""
    header: Header = telegram.header
    # In the fixed structure, which names no manufacturer, the two lowest bits say how the counters are written.
    status = header.status if header.address is None or header.address.maker else header.status & ~_COUNTERS
    if header.address is None:
        return Said(records=telegram.records, states=tuple(status_words(status)))
    said = Said(
        records=telegram.records,
        states=tuple(status_words(status)),
        tells=STATUS_WORDS,
        meter=header.address,
    )
    return explain(header.address, status, said)
