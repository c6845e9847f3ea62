"""A radio telegram, through all its layers: who speaks, what state it is in, and its records."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from device_profiles.errors import DecodeError
from device_profiles.protocols.mbus import APPLICATION_ERRORS, Address, Header, Record, Records, read_records
from device_profiles.protocols.wmbus.compact import read_compact
from device_profiles.protocols.wmbus.layers import (
    AUTHENTICATED,
    EXTENDED,
    Authenticated,
    Extended,
    read_authenticated,
    read_extended,
)
from device_profiles.protocols.wmbus.link import Link, read_links
from device_profiles.protocols.wmbus.makers import (
    behind_apators_layer,
    interpret,
    proprietary,
    without_records,
)
from device_profiles.protocols.wmbus.said import Said
from device_profiles.protocols.wmbus.status import STATUS_WORDS, status_words
from device_profiles.protocols.wmbus.transport import Transport, read_transport

_FULL: Final = frozenset({0x72, 0x78, 0x7A})
_COMPACT: Final = frozenset({0x73, 0x79, 0x7B})
_WITHOUT_STATUS: Final = frozenset({0x78, 0x79})
_REFUSALS: Final = frozenset({0x6E, 0x6F, 0x70})
_MOST_LAYERS: Final = 4
_CHECKSUM: Final = 2


class RadioTelegram(Struct, frozen=True, kw_only=True):
    """What a meter sent.

    `sender` is who is heard on the radio, `meter` whose values they are (behind a radio converter another one).
    `states` are the words of what is set in the meter's status: `power_low`, `leak` ..., and `understood` are the
    manufacturer's bits of the status byte that they come from. `tells` are the words that it could have said.
    """

    sender: Address
    meter: Address
    ci: int
    header: Header
    mode: int
    records: Records
    states: Sequence[str] = ()
    tells: Sequence[str] = ()
    understood: int = 0
    error: str = ""

    @property
    def rows(self) -> Sequence[Record]:
        """The records."""
        return self.records.rows


def read_telegram(octets: bytes, key: bytes | None = None) -> RadioTelegram:
    """Read one telegram; where several of one meter follow each other, what the last one says.

    Raises:
        NoKeyError, WrongKeyError: it is encrypted, and there is no key or another one.
        DecodeError: it is broken, or of no kind that is known here.
    """
    telegrams = [_telegram(link, key) for link in read_links(octets)]
    if any(telegram.meter != telegrams[0].meter for telegram in telegrams):
        raise DecodeError("expected the telegrams of one meter, got those of several")
    return telegrams[-1]


class _Layers(Struct, frozen=True, kw_only=True):
    extended: Extended | None
    authenticated: Authenticated | None
    content: bytes


def _telegram(link: Link, key: bytes | None) -> RadioTelegram:
    said = proprietary(link)
    if said is not None:
        return _told(link, Transport(ci=link.content[0], header=Header(), mode=0, content=b""), said)
    link = behind_apators_layer(link)
    layers = _peeled(link, key)
    sender = link.address
    if layers.extended is not None and layers.extended.address is not None:
        sender = layers.extended.address
    transport = read_transport(sender, layers.content, layers.authenticated, key)
    said = without_records(link, transport) or interpret(link, transport, _records(transport))
    return _told(link, transport, said)


def _peeled(link: Link, key: bytes | None) -> _Layers:
    """Take off the layers before the transport layer."""
    content = link.content
    extended = authenticated = None
    for _ in range(_MOST_LAYERS):
        if content[0] in EXTENDED:
            extended = read_extended(link, content, key)
            content = extended.content
        elif content[0] == AUTHENTICATED:
            authenticated = read_authenticated(content)
            content = authenticated.content
        else:
            return _Layers(extended=extended, authenticated=authenticated, content=content)
        if not content:
            break
    raise DecodeError("expected records behind the link layers, got none")


def _records(transport: Transport) -> Said:
    """Read the content by its CI field."""
    ci, content = transport.ci, transport.content
    if ci in _FULL or ci in _COMPACT:
        records = _read(content) if ci in _FULL else read_compact(content)
        if ci in _WITHOUT_STATUS:
            return Said(records=records)
        return Said(records=records, states=tuple(status_words(transport.header.status)), tells=STATUS_WORDS)
    if ci in _REFUSALS:
        code = content[0] if content else 0
        return Said(records=Records(rows=()), error=APPLICATION_ERRORS.get(code, "unspecified error"))
    raise DecodeError(f"expected a CI field that is known here, got {ci:02X}")


def _read(content: bytes) -> Records:
    """Read records; some receivers leave the last block's checksum behind them."""
    try:
        return read_records(content)
    except DecodeError:
        try:
            return read_records(content[:-_CHECKSUM])
        except DecodeError:
            pass
        raise


def _told(link: Link, transport: Transport, said: Said) -> RadioTelegram:
    meter = said.meter or transport.header.address or link.address
    return RadioTelegram(
        sender=link.address,
        meter=meter,
        ci=transport.ci,
        header=transport.header,
        mode=transport.mode,
        records=said.records,
        states=said.states,
        tells=said.tells,
        understood=said.understood,
        error=said.error,
    )
