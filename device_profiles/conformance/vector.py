"""One published vector as it is put to the test: what to decode, and what is to come of it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct

from device_profiles.errors import DecodeError

Row = Mapping[str, Any]
"""One line of a vector file, as JSON has it."""


def decoding(digits: str, decode: Callable[[bytes], object]) -> Callable[[], object]:
    """Return what decodes the bytes that hexadecimal digits spell, in either case, with spaces or without.

    Digits that spell no bytes (one is missing, or is none) are refused as a broken frame is.
    """
    try:
        octets = bytes.fromhex(digits)
    except ValueError as error:
        problem = DecodeError(f"expected hexadecimal digits in pairs, got {digits[:40]!r}: {error}")

        def refuse() -> object:
            raise problem

        return refuse
    return lambda: decode(octets)


class SkippedError(Exception):
    """A row that cannot be put to the test here; says why."""


class Mismatch(Struct, frozen=True, kw_only=True):
    """What a vector expects and what came instead, both as JSON can show them."""

    expected: object
    came: object


class Setting(Struct, frozen=True, kw_only=True):
    """What a run is given beside the vectors: `codecs` is the folder of vendors' JavaScript codecs."""

    codecs: Path | None = None


class Vector(Struct, frozen=True, kw_only=True):
    """A row ready for its test.

    `decode` is what is timed, and raises `DecodeError` for what it refuses. `compare` takes what it returned and gives
    None if that is right. An `invalid` row must be refused; one that `may_refuse` may be.
    """

    decode: Callable[[], object]
    compare: Callable[[Any], Mismatch | None]
    invalid: bool = False
    may_refuse: bool = False


class Form(Protocol):
    """One shape of row: a module of `conformance/forms` that has these two functions."""

    def fits(self, row: Row, /) -> bool:
        """Say whether the row is of this shape."""
        ...

    def vector(self, row: Row, setting: Setting, /) -> Vector:
        """Make the row's test.

        Raises:
            SkippedError: it cannot be tested here.
            LookupError, TypeError, ValueError: the row is not what its shape promises.
        """
        ...
