"""Values of past months are dated by the first date and the interval that the meter tells."""

import pytest

from device_profiles.protocols.mbus import dated, read_records

# A Maddalena EVO of 2024 (github.com/wmbusmeters/wmbusmeters issue 1276): monthly, the first at storage 8.
EVO = "8104fd2801 82046c 1e34 840413 a8ab0000 c40413 6f890000 840513 dc680000 c40513 f04a0000"


def dates(octets: str) -> list[tuple[int, str]]:
    rows = dated(read_records(bytes.fromhex(octets)).rows)
    return [(row.storage, str(row.value)) for row in rows if row.quantity == "date"]


def test_each_storage_is_a_month_older() -> None:
    assert dates(EVO) == [(8, "2024-04-30"), (9, "2024-03-31"), (10, "2024-02-29"), (11, "2024-01-31")]


def test_another_day_stays_the_same_day() -> None:
    assert dates(EVO.replace("1e34", "0f31"))[1:] == [
        (9, "2023-12-15"),
        (10, "2023-11-15"),
        (11, "2023-10-15"),
    ]


def test_years() -> None:
    assert dates(EVO.replace("fd2801", "fd2901"))[1:3] == [(9, "2023-04-30"), (10, "2022-04-30")]


@pytest.mark.parametrize(
    "octets", [EVO.replace("1e34", "ffff"), EVO.replace("1e34", "0000"), EVO.replace("2801", "2800")]
)
def test_without_a_first_date_or_an_interval_nothing_is_dated(octets: str) -> None:
    assert len(dates(octets)) == 1


def test_a_storage_that_is_dated_keeps_its_date() -> None:
    assert (9, "2020-01-01") in dates(EVO + "c2046c 8121")
    assert len(dates(EVO + "c2046c 8121")) == 4
