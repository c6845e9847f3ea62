"""Vectors of the EPC Tag Data Standard: URIs, tag URIs, bits, GS1 element strings and keys of one identity.

A row's `test_kind` says what it asks:
- EPCSchemeInit, and rows that name no test: whatever of the identity the row states. Where it is invalid, its URI (or
  without one its tag URI or its bits) is no identity of the scheme.
- TagEncodable: its tag URI and its bits. Where it is invalid, the identity is good but the binary coding that is asked
  for cannot hold it.
- GS1Element: its element string and its key. Where it is invalid, the identity is good but has no key of the length
  that is asked for.
An invalid row that does not say which coding or which length of GTIN it asks for is taken to ask for the shortest,
which is the one that holds least.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from device_profiles.conformance.compare import differing
from device_profiles.conformance.vector import Mismatch, Row, Setting, Vector
from device_profiles.errors import DecodeError
from device_profiles.protocols.epc import (
    Identity,
    Tag,
    codings_of,
    element_string,
    gs1_key,
    has_element_string,
    has_key,
    read_element_string,
    read_identity,
    read_tag_hex,
    read_tag_uri,
    tag_of,
)
from device_profiles.protocols.epc.keys import GTIN_LENGTHS

_IDENTITY: Final = frozenset({"uri", "tag_uri", "hex", "binary", "gs1_element_string"})
_BITS: Final[Sequence[str]] = ("tag_uri", "hex", "binary")
_CODING: Final = re.compile(r"\b([a-z]+)[-_](\d+|var)\b", re.IGNORECASE)
_GTIN: Final = re.compile(r"GTIN[-_]?(14|13|12|8)\b", re.IGNORECASE)
Facts = Mapping[str, object]


def fits(row: Row) -> bool:
    """Say whether the row states an identity of an EPC scheme in any of its writings."""
    stated = row.get("data")
    return "scheme" in row and isinstance(stated, Mapping) and bool(_IDENTITY & stated.keys())


def vector(row: Row, setting: Setting) -> Vector:
    """Make the row's test."""
    del setting
    stated: Mapping[str, Any] = row["data"]
    scheme, valid = str(row["scheme"]).lower(), row.get("valid") is not False
    expected = {name: value for name, value in _wanted(stated, scheme).items() if value is not None}
    decode = _facts(stated, scheme) if valid else _refusal(str(row.get("test_kind") or ""), stated, scheme)

    def compare(came: Facts) -> Mismatch | None:
        return differing(expected, came)

    return Vector(decode=decode, compare=compare, invalid=not valid)


def _wanted(stated: Mapping[str, Any], scheme: str) -> Facts:
    """Return what each way from one writing to another must give."""
    wanted: dict[str, object] = {"scheme": scheme}
    for name in ("uri", "tag_uri", "gs1_element_string", "gs1_key"):
        wanted[name] = stated.get(name)
    for name in ("tag_encodable", "gs1_keyed", "gs1_element"):
        wanted[name] = stated.get(name)
    if scheme == "sgln" and wanted["gs1_element_string"] is not None:
        # An extension of 0 means none (TDS 2.3, 7.5), and is left out; some write it all the same.
        wanted["gs1_element_string"] = str(wanted["gs1_element_string"]).removesuffix("(254)0")
    for name, word in (("hex", 4), ("binary", 16)):
        if stated.get(name) is not None:
            text = str(stated[name]).upper()
            wanted[name] = text + "0" * (-len(text) % word)
    for source in ("tag_uri", "hex", "binary", "gs1_element_string"):
        if "uri" in stated and source in _sources(stated):
            wanted[f"uri from {source}"] = stated["uri"]
    return wanted


def _sources(stated: Mapping[str, Any]) -> set[str]:
    """Return the writings that can be read by themselves; an element string needs the company prefix's length."""
    found = {name for name in ("uri", "tag_uri", "hex", "binary") if stated.get(name) is not None}
    if stated.get("gs1_element_string") is not None and stated.get("company_prefix_length") is not None:
        found.add("gs1_element_string")
    return found


def _facts(stated: Mapping[str, Any], scheme: str) -> Callable[[], Facts]:
    """Return what reads every writing of the row and writes it in all the others."""
    sources = _sources(stated)

    def decode() -> Facts:
        tags: dict[str, Tag] = {}
        for name in sources.intersection(_BITS):
            tags[name] = _tag(name, str(stated[name]))
        who = _identity(stated, scheme, sources, tags)
        facts: dict[str, object] = {
            "scheme": who.scheme,
            "uri": who.uri,
            "tag_encodable": bool(codings_of(who.scheme)),
            "gs1_keyed": has_key(who.scheme),
            "gs1_element": has_element_string(who.scheme),
        }
        for name, tag in tags.items():
            facts[f"uri from {name}"] = tag.identity.uri
        facts.update(_written_as_tag(who, tags))
        facts.update(_written_as_key(who, stated))
        if "gs1_element_string" in sources:
            text, digits = str(stated["gs1_element_string"]), int(stated["company_prefix_length"])
            facts["uri from gs1_element_string"] = read_element_string(text, digits, scheme).uri
        return facts

    return decode


def _tag(name: str, text: str) -> Tag:
    if name == "tag_uri":
        return read_tag_uri(text)
    return read_tag_hex(text if name == "hex" else _hex_of(text))


def _hex_of(binary: str) -> str:
    if not binary or binary.strip("01"):
        raise DecodeError(f"expected bits, got {binary[:40]!r}")
    return f"{int(binary, 2):0{len(binary) // 4}X}"


def _identity(stated: Mapping[str, Any], scheme: str, sources: set[str], tags: Mapping[str, Tag]) -> Identity:
    if "uri" in sources:
        return read_identity(str(stated["uri"]), scheme)
    if tags:
        return next(iter(tags.values())).identity
    return read_element_string(
        str(stated["gs1_element_string"]), int(stated["company_prefix_length"]), scheme
    )


def _written_as_tag(who: Identity, tags: Mapping[str, Tag]) -> Facts:
    """Write the identity anew in the coding and with the filter that the row's own tag has."""
    if not tags:
        return {}
    tag = next(iter(tags.values()))
    made = tag_of(who, tag.coding, tag.filter or 0)
    digits = made.octets.hex().upper()
    return {"tag_uri": made.uri, "hex": digits, "binary": f"{int(digits, 16):0{4 * len(digits)}b}"}


def _written_as_key(who: Identity, stated: Mapping[str, Any]) -> Facts:
    facts = {}
    if stated.get("gs1_element_string") is not None:
        facts["gs1_element_string"] = element_string(who)
    if stated.get("gs1_key") is not None:
        length = len(str(stated["gs1_key"]))
        facts["gs1_key"] = gs1_key(who, length if length in GTIN_LENGTHS else max(GTIN_LENGTHS))
    return facts


def _refusal(kind: str, stated: Mapping[str, Any], scheme: str) -> Callable[[], object]:
    """Return what must be refused."""
    if "TagEncodable" in kind and "uri" in stated:
        return lambda: tag_of(read_identity(str(stated["uri"]), scheme), _asked_coding(stated, scheme))
    if "GS1Element" in kind and "uri" in stated:
        return lambda: gs1_key(read_identity(str(stated["uri"]), scheme), _asked_length(stated))
    return _facts(stated, scheme)


def _asked_coding(stated: Mapping[str, Any], scheme: str) -> str:
    codings = codings_of(scheme)
    for found in _CODING.finditer(str(_options(stated))):
        name = f"{found[1]}-{found[2]}".lower()
        if name in codings:
            return name
    if not codings:
        raise DecodeError(f"{scheme}: no tag holds this scheme")
    return codings[0]


def _asked_length(stated: Mapping[str, Any]) -> int:
    found = _GTIN.search(str(_options(stated)))
    return int(found[1]) if found else min(GTIN_LENGTHS)


def _options(stated: Mapping[str, Any]) -> object:
    """Return what the row says of how it is to be encoded: everything but the writings themselves."""
    return {name: value for name, value in stated.items() if name not in _IDENTITY}
