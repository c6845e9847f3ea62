"""IZAR radios of Diehl (PRIOS): one short telegram with index, settled index and alarms, hidden by a shift register.

The keys are the two that all such radios share, as published with analyses of this radio; what the bits mean was
checked with public telegrams.
"""

from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from typing import Final

from device_profiles.errors import DecodeError
from device_profiles.protocols.mbus import Address, Record, Records, moment, read_records
from device_profiles.protocols.wmbus.link import Link
from device_profiles.protocols.wmbus.said import Said

MAKERS: Final = frozenset({"SAP", "HYD", "DME", "EWT"})
CI_FIELDS: Final = range(0xA0, 0xA8)
_KEYS: Final = (0x39BC8A10 ^ 0xE66D83F8, 0x51728910 ^ 0xE66D83F8)
_OPENED: Final = 0x4B
_HEAD: Final = 5
_LEAST: Final = 5
_WHOLE: Final = 11
_WATER: Final = 0x07
_NOW: Final = ((1, 0x80, "leakage"), (1, 0x20, "meter_blocked"), (2, 0x80, "back_flow"), (2, 0x40, "underflow"),
               (2, 0x20, "overflow"), (2, 0x10, "submarine"), (2, 0x08, "sensor_fraud"),
               (2, 0x02, "mechanical_fraud"))  # fmt: skip
_TELLS: Final = tuple(word for _, _, word in _NOW)
_BEFORE: Final = ((1, 0x40, "leakage"), (2, 0x04, "sensor_fraud"), (2, 0x01, "mechanical_fraud"))


def read_prios(link: Link) -> Said:
    """Read the telegram.

    Raises:
        DecodeError: it is too short, or neither key opens it.
    """
    head, closed = link.content[1 : 1 + _HEAD - 1], link.content[_HEAD:]
    if len(closed) < _LEAST:
        raise DecodeError(
            f"expected at least {_LEAST + _HEAD} bytes of a PRIOS telegram, got {len(link.content)}"
        )
    opened = _opened(link, closed)
    meter = _meter(link)
    rows = [*_values(opened), *_beside(head), *_serial(link)]
    return Said(records=Records(rows=rows), states=tuple(_states(head)), tells=_TELLS, meter=meter)


def transposed(address: Address) -> Address:
    """Return an address whose version and kind were sent before the digits, as Diehl's older radios do."""
    sent = address.octets[:4] + address.octets[6:8]
    octets = sent[2:6] + address.octets[4:6] + sent[:2]
    return Address(
        id=octets[3::-1].hex(), maker=address.maker, version=octets[6], medium_code=octets[7], octets=octets
    )


def _meter(link: Link) -> Address:
    if link.address.maker != "SAP":
        return transposed(link.address)
    octets = link.address.octets
    return Address(
        id=link.address.id,
        maker="SAP",
        version=octets[6],
        medium_code=_WATER,
        octets=octets[:7] + bytes([_WATER]),
    )


def _opened(link: Link, closed: bytes) -> bytes:
    for opened in _candidates(link, closed):
        if opened[0] == _OPENED:
            return opened
    raise DecodeError("expected a PRIOS telegram that one of the common keys opens, got another one")


def _candidates(link: Link, closed: bytes) -> Iterator[bytes]:
    """Undo the shift register, which starts with a key and the telegram's own head, with each key."""
    octets = link.address.octets
    head = octets[4:6] + octets[:4] + octets[6:8] + link.content[:4]
    for key in _KEYS:
        for at in (0, 4, 8):
            key ^= int.from_bytes(head[at : at + 4], "big")  # noqa: PLW2901  # the register starts from the key
        yield bytes(_shifted(key, closed))


def read_real(link: Link, content: bytes) -> Records:
    """Read the records of an IZAR radio that has the standard's header; some hide them with the same register.

    Raises:
        DecodeError: neither as they are nor opened are they records that begin with a volume.
    """
    for opened in (content, *_candidates(link, content)):
        with suppress(DecodeError):
            records = read_records(opened)
            if records.rows and records.rows[0].quantity == "volume":
                return records
    raise DecodeError(
        "expected records that begin with a volume, in clear or as IZAR radios hide them, got others"
    )


def _shifted(register: int, closed: bytes) -> Iterator[int]:
    for octet in closed:
        for _ in range(8):
            bit = (register >> 1 ^ register >> 2 ^ register >> 11 ^ register >> 31) & 1
            register = (register << 1 | bit) & 0xFFFFFFFF
        yield octet ^ register & 0xFF


def _values(opened: bytes) -> Iterator[Record]:
    yield _volume(opened[1:5], 0)
    if len(opened) >= _WHOLE:
        yield _volume(opened[5:9], 1)
        yield Record(quantity="date", value=moment(opened[9:11]), storage=1, raw=opened[9:11])


def _volume(raw: bytes, storage: int) -> Record:
    value = Decimal(int.from_bytes(raw, "little")).scaleb(-3)
    return Record(quantity="volume", unit="m3", value=value, storage=storage, raw=raw)


def _beside(head: bytes) -> Iterator[Record]:
    yield Record(quantity="battery_left", unit="year", value=Decimal(head[1] & 0x1F) / 2)
    yield Record(quantity="transmission_period", unit="s", value=Decimal(1 << ((head[0] & 0x0F) + 2)))


def _serial(link: Link) -> Iterator[Record]:
    """Give the number on the meter's face, which SAP packs into the address: supplier, year, type, size, number."""
    if link.address.maker != "SAP":
        return
    low = int.from_bytes(link.address.octets[:4], "little")
    high = int.from_bytes(link.address.octets[6:8], "little")
    year, number = divmod(low & 0x3FFFFFF, 1_000_000)
    size = (high & 0x03) << 3 | low >> 29
    letters = [chr(64 + (code & 0x1F)) for code in (high >> 7, high >> 2, size)]
    yield Record(quantity="prefix", value=f"{letters[0]}{year:02}{letters[1]}{letters[2]}")
    yield Record(quantity="serial_number", value=f"{number:06}")
    yield Record(quantity="manufacture_year", value=str(2000 + year))


def _states(head: bytes) -> Iterator[str]:
    for at, bit, word in _NOW:
        if head[at] & bit:
            yield word
    for at, bit, word in _BEFORE:
        if head[at] & bit:
            yield f"previous_{word}"
