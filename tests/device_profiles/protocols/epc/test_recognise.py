"""A tag's memory is told for what it is, and what is no EPC keeps its number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_profiles import DecodeError
from device_profiles.protocols.epc import Content, read_tag, read_tid, recognise


@pytest.mark.parametrize(
    ("digits", "pc", "content", "uri"),
    [
        ("3066c4409047e140075bcd15", None, Content.EPC, "urn:epc:id:sgtin:95060001343.05.123456789"),
        ("3066c4409047e140075bcd15", 0x3000, Content.EPC, "urn:epc:id:sgtin:95060001343.05.123456789"),
        ("3066c4409047e140075bcd15", 0x31A2, Content.ISO, "urn:epc:raw:96.xA2.x3066C4409047E140075BCD15"),
        (
            "f4395211411234567890600000000000",
            None,
            Content.EPC_PLUS,
            "https://id.gs1.org/8018/952114112345678906",
        ),
        ("e2801160200060a4d0d30b5c", None, Content.TID, "urn:epc:raw:96.xE2801160200060A4D0D30B5C"),
        ("e004010012345678", None, Content.TID, "urn:epc:raw:64.xE004010012345678"),
        ("000000000000000000000000", None, Content.EMPTY, "urn:epc:raw:96.x" + "0" * 24),
        ("", None, Content.EMPTY, "urn:epc:raw:0.x"),
        ("aabbccdd", None, Content.RAW, "urn:epc:raw:32.xAABBCCDD"),
        (
            "fd3795211411234538566cb0afc525065f1876f0d996d800",
            None,
            Content.EPC_PLUS,
            "https://id.gs1.org/01/79521141123453/21/32a%2Fb",
        ),
        ("fe3795211411234538566cb0", None, Content.RAW, None),
        ("307ec4409047e140075bcd15", None, Content.RAW, "urn:epc:raw:96.x307EC4409047E140075BCD15"),
    ],
)
def test_contents(digits: str, pc: int | None, content: Content, uri: str | None) -> None:
    found = recognise(bytes.fromhex(digits), pc)
    assert found.content is content
    assert found.hex == digits
    assert bool(found.why) is (content not in (Content.EPC, Content.EPC_PLUS))
    if uri is not None:
        assert found.uri == uri


def test_a_gen_2_tid() -> None:
    impinj = read_tid(bytes.fromhex("e2801160200060a4d0d30b5c"))
    assert (impinj.designer_name, impinj.model, impinj.extended, impinj.serial) == (
        "Impinj",
        0x160,
        True,
        "60a4d0d30b5c",
    )
    alien = read_tid(bytes.fromhex("e200341201234567"))
    assert (alien.designer_name, alien.model, alien.extended, alien.serial) == (
        "Alien Technology",
        0x412,
        False,
        "",
    )
    nxp = read_tid(bytes.fromhex("e2806894200040017790e471"))
    assert (nxp.designer, nxp.model, nxp.serial) == (6, 0x894, "40017790e471")


def test_a_tid_that_the_reader_cut_off_has_no_serial_number() -> None:
    assert read_tid(bytes.fromhex("e28011602000")).serial == ""
    assert read_tid(bytes.fromhex("e2801160")).serial == ""
    assert read_tid(bytes.fromhex("e2801160200060a4")).serial == ""


def test_a_longer_serial_number() -> None:
    assert read_tid(bytes.fromhex("e28011604000" + "0102030405060708")).serial == "0102030405060708"


def test_an_iso_15693_tag() -> None:
    found = read_tid(bytes.fromhex("e004010012345678"))
    assert (found.designer, found.serial, found.designer_name) == (4, "010012345678", "")


@pytest.mark.parametrize(
    ("digits", "says"), [("e280", "at least 4 bytes, got 2"), ("30112233", "class E2 or E0")]
)
def test_no_tid(digits: str, says: str) -> None:
    with pytest.raises(DecodeError, match=says):
        read_tid(bytes.fromhex(digits))


@given(st.binary(max_size=64), st.none() | st.integers(0, 0xFFFF))
def test_any_bytes_are_something(octets: bytes, pc: int | None) -> None:
    found = recognise(octets, pc)
    assert found.hex == octets.hex()
    assert found.uri


@given(st.sampled_from(range(0x2C, 0x42)), st.binary(min_size=11, max_size=40))
def test_what_can_be_read_is_written_back_the_same(header: int, rest: bytes) -> None:
    octets = bytes([header]) + rest
    try:
        tag = read_tag(octets)
    except DecodeError:
        return
    assert octets.rstrip(b"\0") == tag.octets.rstrip(b"\0")
