"""An answer says who speaks and what; an error is told in words, and what is no answer is refused."""

from decimal import Decimal

import pytest

from device_profiles import DecodeError
from device_profiles.protocols.mbus import long_frame, maker_code, maker_letters, read_telegram, short_frame

HEADER = bytes.fromhex("78563412 9315 33 03 2a 10 0000")
VOLUME = bytes.fromhex("0c14 27048502")


def answer(ci: int, content: bytes, control: int = 0x08) -> bytes:
    return long_frame(control, 5, ci, content)


def test_a_long_header_says_who_speaks() -> None:
    telegram = read_telegram(answer(0x72, HEADER + VOLUME))
    address = telegram.header.address
    assert address is not None
    assert (address.id, address.maker, address.version, address.medium) == ("12345678", "ELS", 0x33, "gas")
    assert (telegram.header.access, telegram.header.status, telegram.bus_address) == (42, 0x10, 5)
    assert telegram.records.rows[0].value == Decimal("28504.27")


def test_a_short_and_no_header() -> None:
    assert read_telegram(answer(0x7A, bytes.fromhex("2a100000") + VOLUME)).header.access == 42
    assert read_telegram(answer(0x78, VOLUME)).header.address is None


def test_several_frames_of_one_meter_are_one_answer() -> None:
    first = answer(0x72, HEADER + VOLUME + b"\x1f")
    telegram = read_telegram(first + answer(0x72, HEADER + VOLUME))
    assert len(telegram.records.rows) == 2
    assert not telegram.records.more
    assert read_telegram(first).records.more


def test_frames_of_two_meters_are_refused() -> None:
    other = bytes.fromhex("79") + HEADER[1:]
    with pytest.raises(DecodeError, match="frames of one meter"):
        read_telegram(answer(0x72, HEADER + VOLUME) + answer(0x72, other + VOLUME))


@pytest.mark.parametrize(("code", "words"), [(8, "too busy"), (1, "unimplemented CI"), (77, "unspecified")])
def test_an_error_is_told_in_words(code: int, words: str) -> None:
    assert words in read_telegram(answer(0x70, bytes([code]))).error


def test_an_alarm_is_told() -> None:
    assert read_telegram(answer(0x71, b"\x04")).alarm == 4


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (b"\xe5", "an acknowledgement"),
        (short_frame(0x5B, 1), "got a short frame"),
        (answer(0x72, HEADER, control=0x53), "got a question"),
        (answer(0x76, HEADER), "mode 2"),
        (answer(0x51, HEADER), "CI field of an answer"),
        (answer(0x72, HEADER[:8]), "header of 12 bytes, got 8"),
        (answer(0x7A, b"\x00"), "header of 4 bytes, got 1"),
        (answer(0x73, bytes(15)), "fixed structure of 16 bytes, got 15"),
        (answer(0x73, bytes(6) + b"\x3a\x3a" + bytes(8)), "reserved 3A"),
        (answer(0x71, b""), "an alarm byte"),
    ],
)
def test_what_is_no_answer_is_refused(octets: bytes, words: str) -> None:
    with pytest.raises(DecodeError, match=words):
        read_telegram(octets)


def test_the_fixed_structure() -> None:
    telegram = read_telegram(answer(0x73, bytes.fromhex("78563412 0a 00 e9 7e 01000000 35010000")))
    first, second = telegram.records.rows
    assert (first.quantity, first.value, first.storage) == ("volume", Decimal("0.001"), 0)
    assert (second.quantity, second.value, second.storage) == ("volume", Decimal("0.135"), 1)
    assert telegram.header.address is not None
    assert telegram.header.address.medium == "water"
    binary = read_telegram(answer(0x73, bytes.fromhex("78563412 0a 01 05 69 0f000000 10000000")))
    assert [row.value for row in binary.records.rows] == [Decimal(15000), Decimal("0.016")]


def test_three_letters_are_fifteen_bits() -> None:
    assert maker_letters(0x1593) == "ELS"
    assert maker_code("ELS") == 0x1593
    for wrong in ("EL", "els", "E1S", "ÄÖÜ"):
        with pytest.raises(DecodeError, match="three capital letters"):
            maker_code(wrong)
