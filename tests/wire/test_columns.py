"""What goes into a column comes out of it, and a column that lies is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire import WireError
from wire.columns import Whole, pack_names, pack_rising, pack_whole, unpack_names, unpack_rising, unpack_whole

WHOLE = st.integers(-(2**63), 2**63 - 1)


@given(st.lists(WHOLE, max_size=50) | st.lists(st.integers(-3, 3), max_size=50))
def test_whole_numbers_come_back(numbers: list[int]) -> None:
    assert unpack_whole(pack_whole(numbers)) == numbers


@given(st.lists(st.integers(0, 2**62), min_size=1, max_size=50))
def test_rising_numbers_come_back(numbers: list[int]) -> None:
    assert unpack_rising(pack_rising(numbers)) == numbers


@given(st.lists(st.text(max_size=4), max_size=50))
def test_names_come_back(names: list[str]) -> None:
    assert unpack_names(*pack_names(names)) == names


@pytest.mark.parametrize(("number", "width"), [(127, 1), (128, 2), (32768, 4), (2**31, 8), (-129, 2)])
def test_the_narrowest_width_is_taken(number: int, width: int) -> None:
    assert len(pack_whole([0, number]).planes) == 2 * width


def test_one_value_throughout_takes_no_bytes() -> None:
    assert pack_whole([7] * 500) == Whole(code="=", count=500, same=7)


def test_a_number_beyond_64_bits_is_refused() -> None:
    with pytest.raises(WireError, match="64 bits"):
        pack_whole([0, 2**63])


@pytest.mark.parametrize(
    "column",
    [
        Whole(code="h", count=3, planes=b"12345"),
        Whole(code="x", count=1, planes=b"1"),
        Whole(code="b", count=2, planes=b""),
    ],
)
def test_a_column_that_lies_is_refused(column: Whole) -> None:
    with pytest.raises(WireError, match="numbers of type"):
        unpack_whole(column)


def test_a_place_outside_the_dictionary_is_refused() -> None:
    with pytest.raises(WireError, match="places below 1"):
        unpack_names(["a"], pack_whole([0, 1]))
