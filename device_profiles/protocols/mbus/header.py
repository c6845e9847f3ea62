"""Who speaks: the header behind a CI field, long (12 bytes, with the address) or short (4 bytes)."""

from typing import Final

from msgspec import Struct

from device_profiles.errors import DecodeError
from device_profiles.protocols.mbus.maker import maker_letters
from device_profiles.protocols.mbus.medium import medium_named

LONG: Final = 12
SHORT: Final = 4


class Address(Struct, frozen=True, kw_only=True):
    """A meter's address: eight digits, manufacturer, version and kind; `octets` as they are sent."""

    id: str
    maker: str
    version: int
    medium_code: int
    octets: bytes

    @property
    def medium(self) -> str:
        """The kind of device in words."""
        return medium_named(self.medium_code)


class Header(Struct, frozen=True, kw_only=True):
    """What stands before the records; a short header has no address, no header none of it.

    `configuration` says how the rest is encrypted (on a wire it was once called signature).
    """

    address: Address | None = None
    access: int = 0
    status: int = 0
    configuration: int = 0


def read_address(octets: bytes) -> Address:
    """Return the address that stands in 8 bytes as an M-Bus header has it: digits, manufacturer, version, kind."""
    return Address(
        id=octets[3::-1].hex(),
        maker=maker_letters(int.from_bytes(octets[4:6], "little")),
        version=octets[6],
        medium_code=octets[7],
        octets=octets[:8],
    )


def read_long(octets: bytes) -> Header:
    """Read a long header.

    Raises:
        DecodeError: there are fewer bytes.
    """
    if len(octets) < LONG:
        raise DecodeError(f"expected a header of {LONG} bytes, got {len(octets)}")
    return Header(
        address=read_address(octets),
        access=octets[8],
        status=octets[9],
        configuration=int.from_bytes(octets[10:12], "little"),
    )


def read_short(octets: bytes) -> Header:
    """Read a short header.

    Raises:
        DecodeError: there are fewer bytes.
    """
    if len(octets) < SHORT:
        raise DecodeError(f"expected a header of {SHORT} bytes, got {len(octets)}")
    return Header(access=octets[0], status=octets[1], configuration=int.from_bytes(octets[2:4], "little"))
