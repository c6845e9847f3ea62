"""A wired answer, with its manufacturer's codes explained as those of a radio telegram are."""

from device_profiles.protocols.mbus import Header, Telegram
from device_profiles.protocols.wmbus.makers import explain
from device_profiles.protocols.wmbus.said import Said
from device_profiles.protocols.wmbus.status import status_words


def explain_wired(telegram: Telegram) -> Said:
    """Return a wired answer's records and states with what its manufacturer means by its own codes."""
    header: Header = telegram.header
    said = Said(records=telegram.records, states=tuple(status_words(header.status)), meter=header.address)
    return said if header.address is None else explain(header.address, header.status, said)
