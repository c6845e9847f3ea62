"""Columns of whole numbers and of names, packed so that zstd finds what repeats."""

import sys
from array import array
from collections.abc import Sequence
from itertools import accumulate
from operator import sub
from typing import Final

from msgspec import Struct

from wire.errors import WireError

_LIMITS: Final = (
    ("b", 0x7F),
    ("h", 0x7FFF),
    ("i", 0x7FFF_FFFF),
    ("q", 0x7FFF_FFFF_FFFF_FFFF),
)
_WIDTH: Final = {"b": 1, "h": 2, "i": 4, "q": 8}


class Whole(Struct, frozen=True, kw_only=True, array_like=True):
    """Whole numbers of one width, their bytes sorted into planes (all lowest bytes first), little end first.

    `code` is the `array` type code; "=" says that all `count` numbers are `same` and there are no planes.
    """

    code: str
    count: int
    same: int = 0
    planes: bytes = b""


def pack_whole(numbers: Sequence[int]) -> Whole:
    """Pack whole numbers of at most 64 signed bits into the narrowest width that holds them all."""
    if not numbers:
        return Whole(code="=", count=0)
    low, high = min(numbers), max(numbers)
    if low == high:
        return Whole(code="=", count=len(numbers), same=low)
    code = next((code for code, limit in _LIMITS if high <= limit and low >= -limit - 1), None)
    if code is None:
        raise WireError(f"expected whole numbers of 64 bits, got {low} to {high}")
    packed = array(code, numbers)
    if sys.byteorder == "big":
        packed.byteswap()
    raw, width = packed.tobytes(), _WIDTH[code]
    planes = b"".join([raw[at::width] for at in range(width)]) if width > 1 else raw
    return Whole(code=code, count=len(numbers), planes=planes)


def unpack_whole(column: Whole) -> list[int]:
    """Unpack what `pack_whole` packed.

    Raises:
        WireError: the width is unknown or the planes do not hold `count` numbers.
    """
    if column.code == "=":
        return [column.same] * column.count
    width = _WIDTH.get(column.code)
    if width is None or len(column.planes) != column.count * width:
        raise WireError(
            f"expected {column.count} numbers of type {column.code!r}, got {len(column.planes)} bytes"
        )
    raw = bytearray(column.planes)
    for at in range(width if width > 1 else 0):
        raw[at::width] = column.planes[at * column.count : (at + 1) * column.count]
    numbers = array(column.code)
    numbers.frombytes(raw)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tolist()


class Rising(Struct, frozen=True, kw_only=True, array_like=True):
    """Numbers that change little from one to the next: the first, then the steps."""

    first: int
    steps: Whole


def pack_rising(numbers: Sequence[int]) -> Rising:
    """Pack at least one number; meant for numbers that change little from one to the next."""
    steps = list(map(sub, numbers[1:], numbers))
    return Rising(first=numbers[0], steps=pack_whole(steps))


def unpack_rising(column: Rising) -> list[int]:
    """Unpack what `pack_rising` packed from at least one number."""
    return list(accumulate(unpack_whole(column.steps), initial=column.first))


def pack_names(names: Sequence[str]) -> tuple[list[str], Whole]:
    """Pack names as a sorted dictionary and each row's place in it."""
    known = sorted(set(names))
    place = {name: at for at, name in enumerate(known)}
    return known, pack_whole([place[name] for name in names])


def unpack_names(known: Sequence[str], places: Whole) -> list[str]:
    """Unpack what `pack_names` packed.

    Raises:
        WireError: a place lies outside the dictionary.
    """
    at = unpack_whole(places)
    if at and not (min(at) >= 0 and max(at) < len(known)):
        raise WireError(f"expected places below {len(known)}, got {min(at)} to {max(at)}")
    return [known[place] for place in at]
