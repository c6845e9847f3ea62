"""What a tag's maker wrote into it for ever: the TID with mask designer, model and serial number.

Facts: GS1 EPC Tag Data Standard 2.3, section 16; ISO/IEC 15963 for the allocation classes E0, E2 and E3. The names are
those of GS1's list of mask designer identifiers.
"""

from typing import Final

from msgspec import Struct

from device_profiles.errors import DecodeError
from device_profiles.protocols.epc.bits import Bits

GEN2: Final = 0xE2
ISO_15693: Final = 0xE0
_SHORTEST: Final = 4
_DESIGNERS: Final = {
    0x001: "Impinj",
    0x002: "Texas Instruments",
    0x003: "Alien Technology",
    0x006: "NXP",
    0x007: "STMicroelectronics",
    0x00B: "EM Microelectronic",
}


class Tid(Struct, frozen=True, kw_only=True):
    """A tag's TID; `serial` is hexadecimal and empty where the TID has none or is not read so far.

    `designer` is a Gen 2 mask designer's number, or for an ISO 15693 tag (class E0) its maker's.
    """

    allocation: int
    designer: int
    model: int | None = None
    extended: bool = False
    security: bool = False
    file: bool = False
    serial: str = ""

    @property
    def designer_name(self) -> str:
        """Who that is, empty where we do not know."""
        return _DESIGNERS.get(self.designer, "") if self.allocation == GEN2 else ""


def read_tid(octets: bytes) -> Tid:
    """Read a TID, or as much of it as a reader reports.

    Raises:
        DecodeError: it is too short, or of a class that we do not know.
    """
    if len(octets) < _SHORTEST:
        raise DecodeError(f"TID: expected at least {_SHORTEST} bytes, got {len(octets)}")
    bits = Bits(int.from_bytes(octets, "big"), 8 * len(octets))
    allocation = bits.take(8, "TID")
    if allocation == ISO_15693:
        serial = octets[2:8].hex() if len(octets) >= 8 else ""
        return Tid(allocation=allocation, designer=octets[1], serial=serial)
    if allocation != GEN2:
        raise DecodeError(f"TID: expected allocation class E2 or E0, got {allocation:02X}")
    extended, security, file = (bool(bits.take(1, "TID")) for _ in range(3))
    return Tid(
        allocation=allocation,
        designer=bits.take(9, "TID"),
        model=bits.take(12, "TID"),
        extended=extended,
        security=security,
        file=file,
        serial=_serial(bits, octets) if extended else "",
    )


def _serial(bits: Bits, octets: bytes) -> str:
    """Return the serial number behind the XTID header, whose first three bits say how long it is."""
    if bits.left < 16:
        return ""
    words = bits.take(16, "XTID") >> 13
    length = 6 + 2 * (words - 1)
    return octets[6 : 6 + length].hex() if words and len(octets) >= 6 + length else ""
