"""A linear conversion of numbers, kept exact."""

from fractions import Fraction
from math import lcm

from msgspec import Struct


class Linear(Struct, frozen=True, kw_only=True):
    """value = raw × factor + offset, kept as fractions so that 3.344 stays 3.344."""

    factor: Fraction = Fraction(1)
    offset: Fraction = Fraction(0)

    def then(self, after: "Linear") -> "Linear":
        """Return this followed by another."""
        return Linear(factor=self.factor * after.factor, offset=self.offset * after.factor + after.offset)

    def whole(self) -> tuple[int, int, int]:
        """Return (a, b, d) with value = (raw × a + b) / d, all whole: one correctly rounded division."""
        d = lcm(self.factor.denominator, self.offset.denominator)
        return int(self.factor * d), int(self.offset * d), d

    def of(self, raw: float) -> int | float:
        """Convert one number."""
        a, b, d = self.whole()
        return raw * a + b if d == 1 else (raw * a + b) / d
