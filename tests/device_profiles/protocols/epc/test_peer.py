"""Every identity survives all its writings, and an independent implementation writes it the same.

The peer is epcpy. It takes wrong escapes, counts each as three characters and fails on some right ones, so it is asked
about texts without any; what it refuses is not compared.
"""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from device_profiles import DecodeError
from device_profiles.protocols.epc import (
    Identity,
    Tag,
    codings_of,
    element_string,
    has_element_string,
    read_element_string,
    read_identity,
    read_tag,
    read_tag_uri,
    tag_of,
)
from device_profiles.protocols.epc.codings import CODINGS
from device_profiles.protocols.epc.schemes import SCHEMES
from tests.device_profiles.protocols.epc.strategies import identities

epcpy = pytest.importorskip("epcpy")
_ON_TAGS = st.sampled_from(sorted(name for name in SCHEMES if codings_of(name)))
_IN_BARCODES = st.sampled_from(sorted(name for name in SCHEMES if has_element_string(name)))


_ESCAPED = '"#%&/<>?:'


@st.composite
def tags(draw: st.DrawFn, without: str = "") -> Tag:
    """Return any identity in any coding that holds it."""
    who = draw(identities(_ON_TAGS, without))
    coding = draw(st.sampled_from(codings_of(who.scheme)))
    try:
        return tag_of(who, coding, draw(st.integers(0, (1 << CODINGS[coding].filter_bits) - 1)))
    except DecodeError:
        assume(False)
        raise


@given(identities())
def test_an_identity_and_its_uri(who: Identity) -> None:
    assert read_identity(who.uri) == who


@given(tags())
def test_a_tag_and_its_bits_and_its_uri(tag: Tag) -> None:
    assert read_tag(tag.octets) == tag
    assert read_tag_uri(tag.uri) == tag


@given(identities(_IN_BARCODES))
def test_an_identity_and_its_element_string(who: Identity) -> None:
    assume("(8011)" not in "".join(who.parts[:2]))
    assert read_element_string(element_string(who), len(who.parts[0]), who.scheme) == who


@given(tags(_ESCAPED))
def test_the_peer_writes_the_same_bits(tag: Tag) -> None:
    assume(tag.coding != "gdti-113")  # deprecated, and unknown to the peer
    try:
        peer = epcpy.epc_pure_identity_to_tag_encodable(tag.identity.uri)
        digits, uri = peer.hex(**_asked(peer, tag)), peer.tag_uri(**_asked(peer, tag))
    except epcpy.ConvertException:
        assume(False)
    assert (digits, uri) == (tag.octets.hex().upper(), tag.uri)


@given(tags(_ESCAPED))
def test_the_peer_reads_the_same_bits(tag: Tag) -> None:
    # The peer does not know gdti-113, and takes any six zero bits of an adi-var for the end of a text.
    assume(tag.coding not in ("gdti-113", "adi-var"))
    try:
        peer = epcpy.hex_to_tag_encodable(tag.octets.hex().upper())
    except epcpy.ConvertException:
        assume(False)
    assert peer.epc_uri == tag.identity.uri


@given(identities(_IN_BARCODES, _ESCAPED))
def test_the_peer_writes_the_same_element_string(who: Identity) -> None:
    try:
        peer = epcpy.epc_pure_identity_to_gs1_element(who.uri)
    except epcpy.ConvertException:
        assume(False)
    assume(
        who.scheme != "sgln" or who.parts[2] != "0"
    )  # no extension: the peer writes it, the standard does not
    assert peer.gs1_element_string() == element_string(who)


def _asked(peer: object, tag: Tag) -> dict[str, object]:
    """Return the peer's own names for a coding and a filter value."""
    asked: dict[str, object] = {}
    schemes = getattr(type(peer), "BinaryCodingScheme", None)
    if schemes is not None:
        asked["binary_coding_scheme"] = schemes(tag.coding)
    if tag.filter is not None:
        module = __import__(type(peer).__module__, fromlist=["_"])
        asked["filter_value"] = getattr(module, f"{type(peer).__name__}FilterValue")(str(tag.filter))
    return asked
