"""The transport layer of a radio telegram: header and security mode, and the content behind it, decrypted."""

from typing import Final

from msgspec import Struct

from device_profiles.errors import DecodeError
from device_profiles.protocols.mbus import LONG, SHORT, Address, Header, read_long, read_short
from device_profiles.protocols.wmbus.layers import Authenticated
from device_profiles.protocols.wmbus.secrecy import (
    BLOCK,
    WrongKeyError,
    checked_key,
    cmac,
    derived,
    open_cbc,
)

LONG_HEADERS: Final = frozenset({0x6B, 0x6F, 0x72, 0x73, 0x75, 0x8B})
SHORT_HEADERS: Final = frozenset({0x6A, 0x6E, 0x7A, 0x7B, 0x74, 0x8A})
_FILLED: Final = b"\x2f\x2f"
_ALL: Final = 15
# Modes that the standard does not define say nothing of encryption; IZAR RS radios of Diehl use some and send in clear.
_RESERVED: Final = range(16, 32)


class Transport(Struct, frozen=True, kw_only=True):
    """Header and content; `mode` is the security mode (0, 5, 7 ...)."""

    ci: int
    header: Header
    mode: int
    content: bytes


def read_transport(
    sender: Address, content: bytes, authenticated: Authenticated | None, key: bytes | None
) -> Transport:
    """Read the header behind a CI field and open what is encrypted.

    A telegram that its receiver has already opened is taken as it is: 2F 2F begins what every key must yield.

    Raises:
        NoKeyError, WrongKeyError: it is encrypted, and there is no key or another one.
        DecodeError: it ends too early, or is encrypted in a way that is not known here.
    """
    ci = content[0]
    if ci in LONG_HEADERS:
        header, closed = read_long(content[1:]), content[1 + LONG :]
    elif ci in SHORT_HEADERS:
        header, closed = read_short(content[1:]), content[1 + SHORT :]
    else:
        return Transport(ci=ci, header=Header(), mode=0, content=content[1:])
    mode = (header.configuration >> 8) & 0x1F
    if mode == 0 or mode in _RESERVED:
        opened = closed
    elif mode == 5:
        opened = _mode_5(header.address or sender, header, closed, key)
    elif mode == 7:
        opened = _mode_7(header.address or sender, content, closed, authenticated, key)
    else:
        raise DecodeError(f"expected security mode 0, 5 or 7, got {mode}")
    return Transport(ci=ci, header=header, mode=mode, content=opened)


def _mode_5(meter: Address, header: Header, closed: bytes, key: bytes | None) -> bytes:
    """Open AES-CBC with the meter's key; the vector is its address and eight times the access number."""
    size = _closed_size(header, closed)
    if size == 0 or (closed[:2] == _FILLED):
        return closed
    secret = checked_key(key, "the telegram is encrypted (security mode 5)")
    start = meter.octets[4:6] + meter.octets[:4] + meter.octets[6:8] + bytes([header.access] * 8)
    return _opened(secret, start, closed, size)


def _mode_7(
    meter: Address, content: bytes, closed: bytes, authenticated: Authenticated | None, key: bytes | None
) -> bytes:
    """Open AES-CBC with a key of this telegram alone, once the MAC over all of it is right."""
    if not closed:
        raise DecodeError("expected an extended configuration field, got nothing")
    header = read_short(content[-len(closed) - SHORT :])
    closed = closed[1:]
    size = _closed_size(header, closed)
    if size == 0 or closed[:2] == _FILLED:
        return closed
    secret = checked_key(key, "the telegram is encrypted (security mode 7)")
    if authenticated is None or authenticated.counter is None:
        raise DecodeError("expected a message counter, without which security mode 7 has no key")
    id_octets = meter.octets[:4]
    if authenticated.mac:
        prover = derived(secret, 0x01, authenticated.counter, id_octets)
        proof = cmac(prover, authenticated.covered + content)[: len(authenticated.mac)]
        if proof != authenticated.mac:
            raise WrongKeyError("expected the telegram's authentication code to be right: the key is wrong")
    return _opened(derived(secret, 0x00, authenticated.counter, id_octets), bytes(BLOCK), closed, size)


def _closed_size(header: Header, closed: bytes) -> int:
    """Return how many octets are encrypted; the configuration field counts blocks, and 15 are all that there are."""
    blocks = (header.configuration >> 4) & 0x0F
    whole = len(closed) // BLOCK * BLOCK
    if blocks == _ALL:
        return whole
    if blocks * BLOCK > len(closed) and closed[:2] != _FILLED:
        raise DecodeError(f"expected {blocks} encrypted blocks, got {len(closed)} bytes")
    return min(blocks * BLOCK, whole)


def _opened(key: bytes, start: bytes, closed: bytes, size: int) -> bytes:
    opened = open_cbc(key, start, closed[:size])
    if opened[:2] != _FILLED:
        raise WrongKeyError("expected 2F 2F at the beginning of what was decrypted: the key is wrong")
    return opened + closed[size:]
