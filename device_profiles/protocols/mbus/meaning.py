"""What a value information field stands for: quantity, unit and power of ten."""

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct


class Shape(StrEnum):
    """How the octets of a value are to be read, where its coding alone does not say."""

    NUMBER = "number"
    BITS = "bits"
    DATE = "date"
    MOMENT = "moment"


class Meaning(Struct, frozen=True, kw_only=True):
    """A quantity in a unit: value = raw × factor × 10 ** exponent.

    Units are SI's own and those of metering, without prefixes: Wh, J, m3, kg, s, W, J/h, m3/h, Cel, K, bar, V, A ...
    """

    quantity: str
    unit: str = ""
    exponent: int = 0
    factor: int = 1
    shape: Shape = Shape.NUMBER


def decades(first: int, count: int, quantity: str, unit: str, exponent: int) -> Iterator[tuple[int, Meaning]]:
    """Give `count` codes from `first`, each ten times the one before."""
    for step in range(count):
        yield first + step, Meaning(quantity=quantity, unit=unit, exponent=exponent + step)


def durations(first: int, quantity: str) -> Iterator[tuple[int, Meaning]]:
    """Give the four codes of a duration in seconds, minutes, hours and days."""
    for step, seconds in enumerate((1, 60, 3600, 86400)):
        yield first + step, Meaning(quantity=quantity, unit="s", factor=seconds)


def one(
    code: int, quantity: str, unit: str = "", exponent: int = 0, shape: Shape = Shape.NUMBER
) -> Iterator[tuple[int, Meaning]]:
    """Give one code."""
    yield code, Meaning(quantity=quantity, unit=unit, exponent=exponent, shape=shape)
