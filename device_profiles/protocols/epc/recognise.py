"""Says what stands in a tag's EPC memory: an EPC of TDS 1 or 2, a TID, something of ISO, or bits that only name it."""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from device_profiles.errors import DecodeError
from device_profiles.protocols.epc.codings import BY_HEADER
from device_profiles.protocols.epc.plus import PlusTag, is_plus, read_plus
from device_profiles.protocols.epc.tag import Tag, read_tag
from device_profiles.protocols.epc.tid import GEN2, ISO_15693, Tid, read_tid

_TOGGLE: Final = 0x0100
_AFI: Final = 0x00FF


class Content(StrEnum):
    """What the memory holds."""

    EPC = "epc"
    EPC_PLUS = "epc+"
    TID = "tid"
    ISO = "iso"
    EMPTY = "empty"
    RAW = "raw"


class Recognised(Struct, frozen=True, kw_only=True):
    """The contents of an EPC memory; `hex` names the tag whatever they are, and `why` says why they are no EPC."""

    content: Content
    hex: str
    tag: Tag | None = None
    plus: PlusTag | None = None
    tid: Tid | None = None
    why: str = ""
    afi: int | None = None

    @property
    def uri(self) -> str:
        """The pure identity URI, for TDS 2 the GS1 Digital Link, and for anything else the raw URI of TDS 12."""
        if self.tag is not None:
            return self.tag.identity.uri
        if self.plus is not None:
            return self.plus.uri
        application = "" if self.afi is None else f"x{self.afi:02X}."
        return f"urn:epc:raw:{4 * len(self.hex)}.{application}x{self.hex.upper()}"


def recognise(octets: bytes, pc: int | None = None) -> Recognised:
    """Say what an EPC memory holds; `pc` is its protocol control word, where the reader reports it.

    A tag whose toggle bit is set follows ISO, whatever its first byte looks like.
    """
    text = octets.hex()
    if pc is not None and pc & _TOGGLE:
        afi = pc & _AFI
        return Recognised(content=Content.ISO, hex=text, afi=afi, why=f"an application of ISO, AFI {afi:02X}")
    if not any(octets):
        return Recognised(content=Content.EMPTY, hex=text, why="the memory is empty")
    try:
        return _of_header(octets, text)
    except DecodeError as error:
        return Recognised(content=Content.RAW, hex=text, why=str(error))


def _of_header(octets: bytes, text: str) -> Recognised:
    header = octets[0]
    if header in BY_HEADER:
        return Recognised(content=Content.EPC, hex=text, tag=read_tag(octets))
    if is_plus(header):
        return Recognised(content=Content.EPC_PLUS, hex=text, plus=read_plus(octets))
    if header in (GEN2, ISO_15693):
        tid = read_tid(octets)
        return Recognised(content=Content.TID, hex=text, tid=tid, why="its maker's number, not an EPC")
    return Recognised(content=Content.RAW, hex=text, why=f"expected the header of an EPC, got {header:02X}")
