"""Dates and times are taken as the meter means them, and what was never set is not called a date."""

import pytest

from device_profiles import DecodeError
from device_profiles.protocols.mbus import Moment, moment


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        ("bf2c", "2021-12-31"),
        ("0000", "2000-00-00"),
        ("e1f1", "XXXX-01-01"),
        ("3bcf", "1997-15-27"),
        ("3237 1f15", "2008-05-31T23:50"),
        ("1a2e cd13", "2014-03-13T14:26"),
        ("2c1aa1d52100", "2022-01-21T01:26:44"),
        ("0a3b17", "23:59:10"),
    ],
)
def test_it_is_written_as_it_is_meant(octets: str, text: str) -> None:
    assert str(moment(bytes.fromhex(octets))) == text


def test_all_ones_are_no_date() -> None:
    assert moment(b"\xff\xff") is None
    assert moment(b"\xff\xff\xff\xff") is None


def test_the_hundred_years_are_minded() -> None:
    late = moment(bytes([0, 0x40, 0x21, 0x01]))
    assert late is not None
    assert late.year == 2101


def test_an_invalid_time_is_told() -> None:
    broken = moment(bytes.fromhex("b2371f15"))
    assert broken is not None
    assert (broken.valid, broken.possible) == (False, False)
    assert not Moment(year=2000, month=0, day=0).possible
    assert Moment(year=2020, month=2, day=29, hour=23, minute=59).possible


@pytest.mark.parametrize("octets", [b"", b"\x01", bytes(5), bytes(7)])
def test_other_sizes_are_refused(octets: bytes) -> None:
    with pytest.raises(DecodeError, match="2, 3, 4 or 6 bytes"):
        moment(octets)
