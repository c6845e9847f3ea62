"""A telegram is the same with checksums of either format or without, and a spoilt one is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_profiles import DecodeError
from device_profiles.protocols.wmbus import crc16, read_links, read_telegram, with_format_a, with_format_b
from tests.device_profiles.protocols.wmbus import made


def bitwise(covered: bytes) -> int:
    """Divide bit by bit by the powers of x that EN 13757-4 gives."""
    rest = int.from_bytes(covered, "big") << 16
    divisor = sum(1 << power for power in (16, 13, 12, 11, 10, 8, 6, 5, 2, 0))
    for place in range(rest.bit_length() - 1, 15, -1):
        if rest >> place & 1:
            rest ^= divisor << (place - 16)
    return rest ^ 0xFFFF


@given(st.binary(max_size=60))
def test_the_checksum_is_that_of_the_standard(covered: bytes) -> None:
    assert crc16(covered) == bitwise(covered)


@given(st.binary(min_size=1, max_size=240))
def test_every_format_says_the_same(content: bytes) -> None:
    telegram = made.bare(content)
    plain = read_links(telegram)
    assert plain[0].content == content
    assert read_links(with_format_a(telegram)) == plain
    assert read_links(with_format_b(telegram)) == plain


def test_who_sends_it() -> None:
    (link,) = read_links(made.plain())
    assert (link.control, link.address.id, link.address.maker) == (0x44, "12345678", "ELS")
    assert (link.address.version, link.address.medium) == (0x33, "gas")


@pytest.mark.parametrize("at", [11, 15, 30, -1])
def test_a_spoilt_byte_behind_the_first_block_is_refused(at: int) -> None:
    octets = bytearray(with_format_a(made.plain()))
    octets[at] ^= 1
    with pytest.raises(DecodeError):
        read_telegram(bytes(octets))


def test_the_last_block_of_format_b_must_hold() -> None:
    octets = bytearray(with_format_b(made.bare(bytes([0x78]) + bytes(200))))
    octets[-3] ^= 1
    with pytest.raises(DecodeError, match="checksum of the last block"):
        read_links(bytes(octets))


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (b"", "at least 11 bytes, got 0"),
        (made.plain()[:-1], "46"),
        (made.plain() + bytes(5), "got 5 more"),
        (b"\x05" + bytes(10), "L field that says 6"),
        (b"\x0a\xff" + bytes(9), "control field"),
    ],
)
def test_what_is_no_telegram_is_refused(octets: bytes, words: str) -> None:
    with pytest.raises(DecodeError, match=words):
        read_links(octets)


def test_what_a_receiver_appends_is_passed_over() -> None:
    assert read_links(made.plain() + b"\xb3\x01") == read_links(made.plain())


def test_telegrams_may_follow_each_other() -> None:
    assert len(read_links(made.plain() + made.plain())) == 2
