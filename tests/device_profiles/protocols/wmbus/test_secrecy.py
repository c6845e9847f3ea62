"""What an independent AES has closed opens with the right key, and says so with none or another one."""

import sys
from decimal import Decimal

import pytest

from device_profiles import DecodeError
from device_profiles.protocols.wmbus import NoKeyError, WrongKeyError, read_telegram
from tests.device_profiles.protocols.wmbus import aes, made

CLOSED = {"mode 5": made.mode_5(), "mode 7": made.mode_7(), "link layer": made.session()}
OMS_B = bytes.fromhex(
    "434493157856341233038c2075900f002c25b30a000021924d4f2fb66e017a750020071090"
    "58475f4bc91df878b80a1b0f98b629024aac727942bfc549233c0140829b93"
)


def test_the_tests_own_aes_is_that_of_fips_197_and_rfc_4493() -> None:
    key = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
    assert aes.block(key, bytes.fromhex("3243f6a8885a308d313198a2e0370734")).hex() == (
        "3925841d02dc09fbdc118597196a0b32"
    )
    assert aes.cmac(key, b"").hex() == "bb1d6929e95937287fa37d129b756746"
    assert aes.cmac(key, bytes.fromhex("6bc1bee22e409f96e93d7e117393172a")).hex() == (
        "070a16b46b4d4144f79bdd9dd04a287c"
    )


@pytest.mark.parametrize("octets", CLOSED.values(), ids=CLOSED)
def test_it_opens_with_its_key(octets: bytes) -> None:
    volume, clock, flags = read_telegram(octets, made.KEY).rows
    assert (volume.value, str(clock.value), flags.value) == (
        Decimal("28504.27"),
        "2008-05-31T23:50",
        Decimal(0),
    )


@pytest.mark.parametrize("octets", CLOSED.values(), ids=CLOSED)
def test_without_a_key_it_says_so(octets: bytes) -> None:
    with pytest.raises(NoKeyError, match="no key for this meter"):
        read_telegram(octets)


@pytest.mark.parametrize("octets", CLOSED.values(), ids=CLOSED)
def test_with_another_key_it_says_so(octets: bytes) -> None:
    with pytest.raises(WrongKeyError, match="the key is wrong"):
        read_telegram(octets, made.OTHER)


@pytest.mark.parametrize("octets", CLOSED.values(), ids=CLOSED)
def test_no_refusal_shows_the_key(octets: bytes) -> None:
    with pytest.raises(DecodeError) as refused:
        read_telegram(octets, made.OTHER)
    assert made.OTHER.hex() not in str(refused.value)
    assert repr(made.OTHER) not in str(refused.value)


def test_a_key_of_another_size_is_refused() -> None:
    with pytest.raises(DecodeError, match="key of 16 bytes, got 15"):
        read_telegram(made.mode_5(), made.KEY[:15])


def test_what_a_receiver_has_opened_already_needs_no_key() -> None:
    opened = made.bare(bytes.fromhex("7a2a002005") + made.RECORDS)
    assert read_telegram(opened).rows[0].value == Decimal("28504.27")
    assert read_telegram(opened, made.KEY).rows[0].value == Decimal("28504.27")


def test_the_published_example_of_security_profile_b() -> None:
    telegram = read_telegram(OMS_B, made.KEY)
    assert (telegram.mode, telegram.rows[0].value) == (7, Decimal("28504.27"))


def test_a_spoilt_authentication_code_is_refused() -> None:
    spoilt = OMS_B[:20] + bytes([OMS_B[20] ^ 1]) + OMS_B[21:]
    with pytest.raises(WrongKeyError, match="authentication code"):
        read_telegram(spoilt, made.KEY)


@pytest.mark.parametrize("mode", [1, 2, 3, 4, 6, 8, 9, 10, 13])
def test_an_unknown_mode_is_refused(mode: int) -> None:
    with pytest.raises(DecodeError, match=f"mode 0, 5 or 7, got {mode}"):
        read_telegram(made.bare(bytes([0x7A, 0x2A, 0, 0x20, mode]) + made.RECORDS), made.KEY)


def test_blocks_that_are_not_there_are_refused() -> None:
    with pytest.raises(DecodeError, match="2 encrypted blocks, got 16 bytes"):
        read_telegram(made.bare(bytes.fromhex("7a2a002005") + bytes(16)), made.KEY)


def test_mode_7_without_a_counter_has_no_key() -> None:
    with pytest.raises(DecodeError, match="message counter"):
        read_telegram(made.bare(bytes.fromhex("7a2a00200710") + bytes(32)), made.KEY)


@pytest.mark.parametrize("octets", CLOSED.values(), ids=CLOSED)
def test_without_the_package_it_says_what_to_install(octets: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.ciphers", None)
    with pytest.raises(DecodeError, match=r"install lilong\[edge\]"):
        read_telegram(octets, made.KEY)
