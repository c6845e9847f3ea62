"""What registrations ask for, as real devices write it, and that nothing else gets through."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device_profiles import DecodeError
from device_profiles.protocols.lwm2m import made_path
from edge_agent.sources.lwm2m.asked import VersionError, read_asked


def test_a_registration_of_1_0_in_queue_mode() -> None:
    asked = read_asked(["ep=urn:imei:1", "lt=300", "b=UQ"], b"</1/0>,</3/0>,</3303/0>,</3303/1>,</5>")
    assert (asked.endpoint, asked.lifetime_s, asked.queued) == ("urn:imei:1", 300, True)
    assert asked.paths == [
        made_path(1, 0),
        made_path(3, 0),
        made_path(3303, 0),
        made_path(3303, 1),
        made_path(5),
    ]


def test_a_registration_of_1_1_with_a_root_and_versions() -> None:
    links = b'</a/b>;rt="oma.lwm2m";ct="112 110",</a/b/3>;ver=1.2,</a/b/3/0>,</a/b/3303/0>,</core/info>'
    asked = read_asked(["ep=n", "lwm2m=1.1", "Q", "sms=1"], links)
    assert (asked.root, asked.queued, asked.lifetime_s) == ("/a/b", True, None)
    assert asked.paths == [made_path(3), made_path(3, 0), made_path(3303, 0)]


def test_an_update_says_what_changes() -> None:
    asked = read_asked(["lt=60"], b"")
    assert (asked.lifetime_s, asked.queued, asked.paths) == (60, None, None)
    assert read_asked(["b=U"], b"").queued is False


@pytest.mark.parametrize(
    ("query", "links", "words"),
    [
        (["ep="], b"</3/0>", "device id"),
        (["ep=\x07"], b"</3/0>", "device id"),
        (["lt=-1"], b"", "lifetime"),
        (["lt=99999999999"], b"", "lifetime"),
        (["lt=\u0663"], b"", "lifetime"),
        ([], b"\xff", "UTF-8"),
        ([], b"3/0", "expected links"),
        ([], b"</3/0/1/2/3>", "LwM2M path"),
        ([], b"</3/99999>", "LwM2M path"),
    ],
)
def test_what_is_not_lwm2m_is_refused(query: list[str], links: bytes, words: str) -> None:
    with pytest.raises(DecodeError, match=words):
        read_asked(query, links)


def test_an_unknown_version_is_told_apart() -> None:
    with pytest.raises(VersionError, match=r"1\.0, 1\.1, 1\.2, got '2\.0'"):
        read_asked(["lwm2m=2.0"], b"")


@settings(deadline=None, max_examples=200)
@given(
    st.lists(
        st.one_of(st.text(max_size=12), st.sampled_from(["lt=1", "b=UQ", "ep=a", "Q", "lwm2m=1.0"])),
        max_size=5,
    ),
    st.one_of(st.binary(max_size=40), st.text(alphabet='</>;,="1 03', max_size=40).map(str.encode)),
)
def test_anything_is_read_or_refused(query: list[str], links: bytes) -> None:
    with contextlib.suppress(DecodeError):
        read_asked(query, links)
