"""Frames of the bus are read as they were made, and a broken one is refused with its reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_profiles import DecodeError
from device_profiles.protocols.mbus import FrameKind, long_frame, read_frame, read_frames, short_frame

_OCTET = st.integers(0, 255)


@given(control=_OCTET, address=_OCTET, ci=_OCTET, content=st.binary(max_size=252))
def test_a_long_frame_is_read_as_it_was_made(control: int, address: int, ci: int, content: bytes) -> None:
    frame = read_frame(long_frame(control, address, ci, content))
    assert (frame.control, frame.address, frame.ci, frame.content) == (control, address, ci, content)
    assert frame.kind is (FrameKind.LONG if content else FrameKind.CONTROL)


@given(control=_OCTET, address=_OCTET)
def test_a_short_frame_is_read_as_it_was_made(control: int, address: int) -> None:
    frame = read_frame(short_frame(control, address))
    assert (frame.kind, frame.control, frame.address) == (FrameKind.SHORT, control, address)


def test_a_single_character_is_a_frame() -> None:
    assert read_frame(b"\xe5").kind is FrameKind.SINGLE


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        ("", "got no bytes"),
        ("00", "starts with E5, 10 or 68, got 00"),
        ("10400141", "short frame of 5 bytes, got 4"),
        ("1040014216", "expected the checksum 41, got 42"),
        ("1040014117", "expected the stop byte 16, got 17"),
        ("680304680801707916", "the same length twice, got 68 03 04 68"),
        ("680303690801707916", "the same length twice, got 68 03 03 69"),
        ("6803", "expected 68 LL LL 68"),
        ("6802026808010916", "length of at least 3, got 2"),
        ("6803036808017079", "frame of 9 bytes, got 8"),
        ("680303680801707a16", "expected the checksum 79, got 7A"),
        ("680303680801707915", "expected the stop byte 16, got 15"),
        ("e5e5", "expected 1 bytes, got 1 more"),
    ],
)
def test_a_broken_frame_is_refused_with_its_reason(octets: str, words: str) -> None:
    with pytest.raises(DecodeError, match=words):
        read_frame(bytes.fromhex(octets))


def test_frames_one_after_the_other_are_read() -> None:
    kinds = [
        frame.kind for frame in read_frames(b"\xe5" + short_frame(0x40, 1) + long_frame(8, 1, 0x70, b"\0"))
    ]
    assert kinds == [FrameKind.SINGLE, FrameKind.SHORT, FrameKind.LONG]


def test_more_frames_than_any_meter_sends_are_refused() -> None:
    with pytest.raises(DecodeError, match="at most 64 frames"):
        read_frames(b"\xe5" * 65)
