"""Contents of devices in LwM2M's forms: where each value stands, and which contents are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_profiles import DecodeError, Format
from device_profiles.protocols.lwm2m import (
    Entry,
    Kind,
    Path,
    Type,
    made_path,
    read_contents,
    read_path,
    write_tlv,
)
from tests.device_profiles.made import RELAXED

_ON = Entry(kind=Kind.RESOURCE, id=1, value=b"\x01")
_LIST = Entry(
    kind=Kind.MULTIPLE,
    id=7,
    entries=[
        Entry(kind=Kind.MEMBER, id=0, value=b"\x0e\xd8"),
        Entry(kind=Kind.MEMBER, id=2, value=b"\x13\x88"),
    ],
)


def _paths(payload: bytes, form: Format, path: str) -> list[str]:
    return [str(stated.path) for stated in read_contents(payload, form, path)]


@pytest.mark.parametrize(
    ("entries", "path", "paths"),
    [
        ([Entry(kind=Kind.INSTANCE, id=3, entries=[_ON])], "/3431", ["/3431/3/1"]),
        ([_ON], "/3431", ["/3431/0/1"]),
        ([_ON], "/3431/2", ["/3431/2/1"]),
        ([Entry(kind=Kind.INSTANCE, id=2, entries=[_ON])], "/3431/2", ["/3431/2/1"]),
        ([_ON], "/3431/2/1", ["/3431/2/1"]),
        ([_LIST], "/3/0", ["/3/0/7/0", "/3/0/7/2"]),
        ([_LIST], "/3/0/7", ["/3/0/7/0", "/3/0/7/2"]),
        (list(_LIST.entries), "/3/0/7", ["/3/0/7/0", "/3/0/7/2"]),
        (list(_LIST.entries)[1:], "/3/0/7/2", ["/3/0/7/2"]),
        ([], "/3/0", []),
    ],
)
def test_tlv_at_every_depth(entries: list[Entry], path: str, paths: list[str]) -> None:
    assert _paths(write_tlv(entries), Format.LWM2M_TLV, path) == paths


@pytest.mark.parametrize(
    ("entries", "path"),
    [
        ([_ON], "/3431/0/2"),
        ([Entry(kind=Kind.INSTANCE, id=1, entries=[_ON])], "/3431/0"),
        ([_ON], "/3/0/7/2"),
    ],
)
def test_tlv_about_something_else_is_refused(entries: list[Entry], path: str) -> None:
    with pytest.raises(DecodeError, match="expected TLV about"):
        read_contents(write_tlv(entries), Format.LWM2M_TLV, path)


@pytest.mark.parametrize(
    "text",
    [
        '{"bn":"/3431/0/","e":[{"n":"1","bv":true}]}',
        '{"bn":"/3431/0","e":[{"n":"1","bv":true}]}',
        '{"bn":"/","e":[{"n":"3431/0/1","bv":true}]}',
        '{"bn":"/3431/0/1","e":[{"bv":true}]}',
        '{"e":[{"n":"1","bv":true}]}',
        '{"e":[{"n":"/1","bv":true}]}',
    ],
)
def test_json_with_every_way_to_say_the_name(text: str) -> None:
    (stated,) = read_contents(text.encode(), Format.LWM2M_JSON, "/3431/0")
    assert (str(stated.path), stated.read_as(Type.BOOLEAN), stated.seconds) == ("/3431/0/1", True, None)


def test_json_says_times_links_and_bytes() -> None:
    text = '{"bn":"/9/0/","bt":1700000000,"e":[{"n":"1","ov":"3:0","t":-1},{"n":"2","sv":"3q2+7w=="}]}'
    link, octets = read_contents(text.encode(), Format.LWM2M_JSON, "/9/0")
    assert (link.read_as(Type.OBJLNK), link.seconds) == ("3:0", 1_699_999_999)
    assert (octets.read_as(Type.OPAQUE), octets.seconds) == (b"\xde\xad\xbe\xef", 1_700_000_000)


@pytest.mark.parametrize(
    ("payload", "form", "path", "words"),
    [
        (b"[]", Format.LWM2M_JSON, "/3/0", "expected LwM2M JSON"),
        (b'{"e":[{"n":"1"}]}', Format.LWM2M_JSON, "/3/0", "expected one of v, sv, bv and ov"),
        (b'{"e":[{"n":"1","v":1,"sv":"x"}]}', Format.LWM2M_JSON, "/3/0", "got 2"),
        (b'{"e":[{"n":"x","v":1}]}', Format.LWM2M_JSON, "/3/0", "expected an LwM2M path"),
        (b"1", Format.TEXT, "/3/0", "expected a single resource"),
        (b"\xff", Format.TEXT, "/3/0/1", "expected UTF-8"),
        (b"1", Format.BYTES, "/3", "expected a single resource"),
        (b"1", Format.TEXT, "3/0/70000", "expected an LwM2M path"),
        (b"1", Format.TEXT, "", "expected an LwM2M path"),
    ],
)
def test_contents_that_are_refused(payload: bytes, form: Format, path: str, words: str) -> None:
    with pytest.raises(DecodeError, match=words):
        read_contents(payload, form, path)


def test_bare_bytes_are_opaque() -> None:
    (stated,) = read_contents(b"\x00\xff", Format.BYTES, "/10266/0/6029")
    assert stated.read_as(Type.OPAQUE) == b"\x00\xff"


@given(st.lists(st.integers(0, 65_534), min_size=1, max_size=4))
@RELAXED
def test_a_path_comes_back(parts: list[int]) -> None:
    path = made_path(*parts)
    assert read_path(str(path)) == path
    assert path.parts == tuple(parts)


def test_paths_are_ordered_and_kinds_leave_the_instance_out() -> None:
    assert made_path(3431, 5, 1).kind == "3431/1"
    assert read_path("3431/0/1/") == Path(object=3431, instance=0, resource=1)
