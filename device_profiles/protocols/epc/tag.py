"""An EPC as a tag holds it: the binary coding, the filter value and the tag URI that writes both."""

from typing import Final

from msgspec import Struct

from device_profiles.errors import DecodeError
from device_profiles.protocols.epc.bits import Bits, BitWriter, bits_of_hex
from device_profiles.protocols.epc.characters import escaped
from device_profiles.protocols.epc.codings import BY_HEADER, CODINGS, Coding
from device_profiles.protocols.epc.identity import Identity, identity, parts_of
from device_profiles.protocols.epc.schemes import SCHEMES

_TAG: Final = "urn:epc:tag:"


class Tag(Struct, frozen=True, kw_only=True):
    """An identity in a binary coding; `filter` is None where the coding has none. Make one with `tag_of`."""

    coding: str
    filter: int | None
    identity: Identity

    @property
    def uri(self) -> str:
        """The tag URI."""
        first = () if self.filter is None else (str(self.filter),)
        return f"{_TAG}{self.coding}:" + ".".join((*first, *map(escaped, self.identity.parts)))

    @property
    def octets(self) -> bytes:
        """What the tag's EPC memory holds, filled up with zeros to whole words."""
        return _write(CODINGS[self.coding], self.filter, self.identity).octets()


def tag_of(who: Identity, coding: str, filter_value: int = 0) -> Tag:
    """Return the identity in a binary coding.

    Raises:
        DecodeError: there is no such coding, it is another scheme's, or it cannot hold this identity; says why.
    """
    known = _coding(coding)
    if known.scheme != who.scheme:
        raise DecodeError(
            f"expected an identity of scheme {known.scheme} for {coding}, got one of {who.scheme}"
        )
    chosen = filter_value if known.filter_bits else None
    if chosen is not None and not 0 <= chosen < 1 << known.filter_bits:
        raise DecodeError(f"{coding}: expected a filter value below {1 << known.filter_bits}, got {chosen}")
    _write(known, chosen, who)
    return Tag(coding=coding, filter=chosen, identity=who)


def read_tag_uri(uri: str) -> Tag:
    """Read a tag URI.

    Raises:
        DecodeError: says what was expected and what came.
    """
    name, _, body = uri.removeprefix(_TAG).partition(":")
    if not uri.startswith(_TAG) or not body:
        raise DecodeError(f"expected a URI like {_TAG}<coding>:..., got {uri[:80]!r}")
    coding = _coding(name)
    filter_value = 0
    if coding.filter_bits:
        text, _, body = body.partition(".")
        if not (text.isascii() and text.isdigit()) or (len(text) > 1 and text[0] == "0"):
            raise DecodeError(f"{name}: expected a filter value first, got {text[:20]!r}")
        filter_value = int(text)
    scheme = SCHEMES[coding.scheme]
    texts = body.split(".", len(scheme.parts) - 1)
    if len(texts) != len(scheme.parts):
        raise DecodeError(f"{name}: expected {len(scheme.parts)} parts, got {len(texts)}")
    return tag_of(identity(coding.scheme, parts_of(scheme, texts)), name, filter_value)


def read_tag_hex(text: str) -> Tag:
    """Read what a tag's EPC memory holds, as hexadecimal digits.

    Raises:
        DecodeError: it is none of the codings of TDS 1, or its bits mean nothing; says why.
    """
    return read_tag_bits(bits_of_hex(text))


def read_tag(octets: bytes) -> Tag:
    """Read what a tag's EPC memory holds.

    Raises:
        DecodeError: it is none of the codings of TDS 1, or its bits mean nothing; says why.
    """
    return read_tag_bits(Bits(int.from_bytes(octets, "big"), 8 * len(octets)))


def read_tag_bits(bits: Bits) -> Tag:
    """Read a tag's bits from the header on.

    Raises:
        DecodeError: as `read_tag` does.
    """
    header = bits.take(8, "header")
    coding = BY_HEADER.get(header)
    if coding is None:
        raise DecodeError(f"expected the header of an EPC, got {header:02X}")
    if coding.bits is not None and bits.left + 8 < coding.bits:
        raise DecodeError(f"{coding.name}: expected {coding.bits} bits, got {bits.left + 8}")
    try:
        filter_value = bits.take(coding.filter_bits, "filter") if coding.filter_bits else None
        parts = [part for piece in coding.pieces for part in piece.read(bits)]
        bits.end("padding")
    except DecodeError as error:
        raise DecodeError(f"{coding.name}: {error}") from error
    return Tag(coding=coding.name, filter=filter_value, identity=identity(coding.scheme, tuple(parts)))


def _coding(name: str) -> Coding:
    coding = CODINGS.get(name)
    if coding is None:
        raise DecodeError(f"expected a binary coding such as sgtin-96, got {name[:40]!r}")
    return coding


def _write(coding: Coding, filter_value: int | None, who: Identity) -> BitWriter:
    out = BitWriter()
    out.put(coding.header, 8)
    if filter_value is not None:
        out.put(filter_value, coding.filter_bits)
    at = 0
    for piece in coding.pieces:
        try:
            piece.write(who.parts[at : at + piece.parts], out)
        except DecodeError as error:
            raise DecodeError(f"{coding.name}: {error}") from error
        at += piece.parts
    return out
