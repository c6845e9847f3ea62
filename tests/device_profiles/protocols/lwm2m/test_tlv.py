"""TLV: the examples of the standard's shape, what is broken is refused, and what is written is read back."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from device_profiles import DecodeError
from device_profiles.protocols.lwm2m import Entry, Kind, read_tlv, write_tlv
from tests.device_profiles.made import RELAXED


def _leaf(kind: Kind) -> st.SearchStrategy[Entry]:
    return st.builds(Entry, kind=st.just(kind), id=st.integers(0, 65_535), value=st.binary(max_size=300))


def _holder(kind: Kind, held: st.SearchStrategy[Entry]) -> st.SearchStrategy[Entry]:
    return st.builds(Entry, kind=st.just(kind), id=st.integers(0, 65_535), entries=st.lists(held, max_size=3))


_MULTIPLE = _holder(Kind.MULTIPLE, _leaf(Kind.MEMBER))
_RESOURCES = st.one_of(_leaf(Kind.RESOURCE), _MULTIPLE)
_TREES = st.lists(st.one_of(_RESOURCES, _holder(Kind.INSTANCE, _RESOURCES)), max_size=4)


# OMA LwM2M 1.1 core, 7.4.3.3: the shapes of its example of the Device object.
def test_the_shapes_of_the_standard() -> None:
    assert read_tlv(bytes.fromhex("c800144f70656e204d6f62696c6520416c6c69616e6365")) == [
        Entry(kind=Kind.RESOURCE, id=0, value=b"Open Mobile Alliance")
    ]
    (several,) = read_tlv(bytes.fromhex("860641000141 0105".replace(" ", "")))
    assert several == Entry(
        kind=Kind.MULTIPLE,
        id=6,
        entries=[
            Entry(kind=Kind.MEMBER, id=0, value=b"\x01"),
            Entry(kind=Kind.MEMBER, id=1, value=b"\x05"),
        ],
    )
    assert read_tlv(bytes.fromhex("c10964")) == [Entry(kind=Kind.RESOURCE, id=9, value=b"d")]
    assert read_tlv(b"") == []


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        ("c1", "expected 1 more bytes of a TLV head"),
        ("e116", "expected 2 more bytes of a TLV head"),
        ("c109", "expected 1 bytes in TLV entry 9, got 0"),
        ("c80914", "expected 20 bytes in TLV entry 9, got 0"),
        ("d809ffffff", "expected 16777215 bytes"),
        ("040002000000", "expected no instance in the TLV instance 0"),
        ("8306c10001", "expected no resource in the TLV multiple 6"),
        ("03004100ff", "expected no member in the TLV instance 0"),
    ],
)
def test_broken_bytes_are_refused(octets: str, words: str) -> None:
    with pytest.raises(DecodeError, match=words):
        read_tlv(bytes.fromhex(octets))


@given(_TREES)
@RELAXED
def test_what_is_written_is_read_back(tree: list[Entry]) -> None:
    assert read_tlv(write_tlv(tree)) == tree


@given(st.binary(max_size=200))
@example(bytes.fromhex("10 00 ff ff") * 30_000)
@RELAXED
def test_any_bytes_are_read_or_refused(octets: bytes) -> None:
    try:
        read_tlv(octets)
    except DecodeError:
        return


@pytest.mark.parametrize("entry", [Entry(kind=Kind.RESOURCE, id=65_536), Entry(kind=Kind.MEMBER, id=70_000)])
def test_an_id_beyond_16_bits_cannot_be_written(entry: Entry) -> None:
    with pytest.raises(ValueError, match="id of 16"):
        write_tlv([entry])
