"""The layers between a radio telegram's link and its records: extended link layer and authentication layer."""

from typing import Final

from msgspec import Struct

from device_profiles.errors import DecodeError
from device_profiles.protocols.mbus import Address
from device_profiles.protocols.wmbus.crc import crc16
from device_profiles.protocols.wmbus.link import Link, radio_address
from device_profiles.protocols.wmbus.secrecy import WrongKeyError, checked_key, open_ctr

EXTENDED: Final = frozenset({0x8C, 0x8D, 0x8E, 0x8F})
AUTHENTICATED: Final = 0x90
_WITH_ADDRESS: Final = frozenset({0x8E, 0x8F})
_WITH_SESSION: Final = frozenset({0x8D, 0x8F})
_CTR: Final = 1
# MAC lengths by the authentication type of the message control field (EN 13757-7, table 11).
_MORE: Final = 0x4000
_AUTHENTICATION: Final = (  # name, bit of the control field, size
    ("message", 0x2000, 1),
    ("key", 0x0200, 2),
    ("counter", 0x0800, 4),
    ("mac", 0x0400, 0),
    ("length", 0x1000, 2),
)
_MAC_SIZES: Final = {0: 0, 3: 2, 4: 4, 5: 8, 6: 12, 7: 16, 8: 12}


class Extended(Struct, frozen=True, kw_only=True):
    """The extended link layer: communication control, access number, and a second address or a session."""

    control: int
    access: int
    address: Address | None
    content: bytes


class Authenticated(Struct, frozen=True, kw_only=True):
    """The authentication and fragmentation layer; `covered` are those of its octets that the MAC covers."""

    counter: int | None
    mac: bytes
    covered: bytes
    content: bytes


def read_extended(link: Link, content: bytes, key: bytes | None) -> Extended:
    """Read an extended link layer, and decrypt what follows where it says so.

    Raises:
        NoKeyError: it is encrypted and there is no key.
        WrongKeyError: the checksum inside is wrong with this key.
        DecodeError: it ends too early.
    """
    ci = content[0]
    at = 3
    address = None
    if ci in _WITH_ADDRESS:
        _demand(content, at + 8, "an extended link layer")
        address = radio_address(content[at : at + 8])
        at += 8
    size = at + (6 if ci in _WITH_SESSION else 0)
    _demand(content, size + 1, "an extended link layer")
    rest = _session(link, content, at, key) if ci in _WITH_SESSION else content[size:]
    return Extended(control=content[1], access=content[2], address=address, content=rest)


def _session(link: Link, content: bytes, at: int, key: bytes | None) -> bytes:
    """Return what follows a session number, opened where it is encrypted and its checksum tells that it is not yet."""
    session = content[at : at + 4]
    closed = content[at + 4 :]
    if _sound(closed):
        return closed[2:]
    if session[3] >> 5 != _CTR:
        raise DecodeError("expected the checksum behind the session number to be right, got a wrong one")
    secret = checked_key(key, "the link layer is encrypted (AES-CTR)")
    sender = link.address.octets
    start = sender[4:6] + sender[:4] + sender[6:8] + content[1:2] + session + bytes(3)
    opened = open_ctr(secret, start, closed)
    if not _sound(opened):
        raise WrongKeyError("expected the checksum of the decrypted telegram to be right: the key is wrong")
    return opened[2:]


def _sound(content: bytes) -> bool:
    return crc16(content[2:]) == int.from_bytes(content[:2], "little")


def read_authenticated(content: bytes) -> Authenticated:
    """Read an authentication and fragmentation layer.

    Raises:
        DecodeError: it ends too early, is a fragment of a message, or has a MAC of unknown length.
    """
    _demand(content, 4, "an authentication layer")
    end = 2 + content[1]
    _demand(content, end + 1, "an authentication layer")
    control = int.from_bytes(content[2:4], "little")
    if control & _MORE or control & 0xFF > 1:
        raise DecodeError("expected a whole message, got a fragment of one")
    fields = _fields(control, content[4:end])
    counter = fields["counter"]
    return Authenticated(
        counter=int.from_bytes(counter, "little") if counter else None,
        mac=fields["mac"],
        covered=b"".join(octets for name, octets in fields.items() if name != "mac"),
        content=content[end:],
    )


def _fields(control: int, octets: bytes) -> dict[str, bytes]:
    """Cut the optional fields apart, in the order in which they are sent."""
    fields: dict[str, bytes] = {}
    at = 0
    for name, bit, size in _AUTHENTICATION:
        if name == "mac":
            size = _mac_size(fields["message"])  # noqa: PLW2901  # an earlier field says how long it is
        fields[name] = octets[at : at + size] if control & bit else b""
        at += size if control & bit else 0
    if at > len(octets):
        raise DecodeError(
            f"expected an authentication layer of {at + 2} bytes, got one that says {len(octets) + 2}"
        )
    return fields


def _mac_size(message: bytes) -> int:
    kind = message[0] & 0x0F if message else 0
    size = _MAC_SIZES.get(kind)
    if size is None:
        raise DecodeError(f"expected a known kind of authentication, got {kind}")
    return size


def _demand(content: bytes, size: int, what: str) -> None:
    if len(content) < size:
        raise DecodeError(f"expected {what} and something behind it, {size} bytes, got {len(content)}")
