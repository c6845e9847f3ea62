"""The EPC schemes: which parts an identity has, how long they are and which characters they may have.

Facts: GS1 EPC Tag Data Standard 2.3, sections 6.3 and 6.4; lengths of serial numbers by the GS1 General Specifications.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from device_profiles.protocols.epc.characters import Alphabet


class Part(Struct, frozen=True, kw_only=True):
    """One part of an identity; `highest` is the greatest number that it may be."""

    name: str
    alphabet: Alphabet = Alphabet.DIGITS
    least: int = 1
    most: int = 1
    highest: int | None = None


class Scheme(Struct, frozen=True, kw_only=True):
    """One scheme; the first two parts of a GS1 scheme have `together` characters, or at most `together_most`.

    `kind` is "id" for things and "class" for lots of things.
    """

    name: str
    parts: tuple[Part, ...]
    kind: str = "id"
    together: int | None = None
    together_most: int | None = None
    dotted: bool = True

    @property
    def prefix(self) -> str:
        """What its URIs begin with."""
        return f"urn:epc:{self.kind}:{self.name}:"


_COMPANY: Final = Part(name="company prefix", least=6, most=12)


def _text(name: str, most: int, alphabet: Alphabet = Alphabet.GS1, least: int = 1) -> Part:
    return Part(name=name, alphabet=alphabet, least=least, most=most)


def _number(name: str, highest: int, most: int = 12) -> Part:
    return Part(name=name, alphabet=Alphabet.NUMBER, most=most, highest=highest)


def _keyed(name: str, together: int, reference: str, *rest: Part, kind: str = "id") -> Scheme:
    """Make a scheme of a GS1 key: company prefix and reference have so many digits together."""
    second = Part(name=reference, least=max(0, together - 12), most=together - 6)
    return Scheme(name=name, kind=kind, together=together, parts=(_COMPANY, second, *rest))


def _open(name: str, second: Part, *rest: Part) -> Scheme:
    """Make a scheme of a GS1 key without a fixed length."""
    return Scheme(name=name, together_most=30, parts=(_COMPANY, second, *rest))


_CAGE: Final = Part(name="CAGE or DODAAC", alphabet=Alphabet.CAGE, least=5, most=6)
_ROWS: Final = (
    _keyed("sgtin", 13, "item reference", _text("serial number", 20)),
    _keyed("sscc", 17, "serial reference"),
    _keyed("sgln", 12, "location reference", _text("extension", 20)),
    _keyed("grai", 12, "asset type", _text("serial number", 16)),
    _open("giai", _text("asset reference", 24)),
    _keyed("gsrn", 17, "service reference"),
    _keyed("gsrnp", 17, "service reference"),
    _keyed("gdti", 12, "document type", _text("serial number", 17)),
    _open("cpi", _text("part reference", 24, Alphabet.CPI), _number("serial number", 10**12 - 1)),
    _keyed("sgcn", 12, "coupon reference", _text("serial number", 12, Alphabet.DIGITS)),
    _open("ginc", _text("consignment reference", 24)),
    _keyed("gsin", 16, "shipper reference"),
    _keyed(
        "itip",
        13,
        "item reference",
        Part(name="piece", least=2, most=2),
        Part(name="total", least=2, most=2),
        _text("serial number", 20),
    ),
    _keyed("upui", 13, "item reference", _text("TPX", 28)),
    _keyed("pgln", 12, "party reference"),
    _keyed("lgtin", 13, "item reference", _text("lot", 20), kind="class"),
    Scheme(
        name="gid",
        parts=(
            _number("manager number", 2**28 - 1),
            _number("object class", 2**24 - 1),
            _number("serial number", 2**36 - 1),
        ),
    ),
    Scheme(name="usdod", parts=(_CAGE, _number("serial number", 2**36 - 1))),
    Scheme(
        name="adi",
        parts=(
            _CAGE,
            _text("part number", 32, Alphabet.ADI, least=0),
            _text("serial number", 30, Alphabet.ADI_SERIAL),
        ),
    ),
    Scheme(
        name="bic",
        dotted=False,
        parts=(
            _text("owner code", 3, Alphabet.OWNER, least=3),
            _text("equipment category", 1, Alphabet.EQUIPMENT),
            Part(name="serial number and check digit", least=7, most=7),
        ),
    ),
    Scheme(name="imovn", parts=(Part(name="vessel number", least=7, most=7),)),
)

SCHEMES: Final[Mapping[str, Scheme]] = MappingProxyType({row.name: row for row in _ROWS})
"""Every scheme by its name."""
