"""Compares what was decoded with what a vector expects: the expected keys decide, numbers by value."""

import math
from collections.abc import Mapping, Sequence

from device_profiles.conformance.vector import Mismatch

_NEAR = 1e-9


def same(expected: object, came: object) -> bool:
    """Say whether two JSON values are equal, numbers within a relative 1e-9 and never a truth for a number."""
    if isinstance(expected, bool) or isinstance(came, bool):
        return expected is came
    if isinstance(expected, int | float) and isinstance(came, int | float):
        return math.isclose(expected, came, rel_tol=_NEAR, abs_tol=_NEAR)
    if isinstance(expected, Mapping) and isinstance(came, Mapping):
        return expected.keys() == came.keys() and all(same(expected[key], came[key]) for key in expected)
    if _listed(expected) and _listed(came):
        first, second = list(expected), list(came)  # type: ignore[call-overload]
        return len(first) == len(second) and all(map(same, first, second))
    return expected == came


def differing(expected: Mapping[str, object], came: Mapping[str, object]) -> Mismatch | None:
    """Return the expected keys that came otherwise or not at all; more than expected may come."""
    wrong = [key for key in expected if key not in came or not same(expected[key], came[key])]
    if not wrong:
        return None
    return Mismatch(
        expected={key: expected[key] for key in wrong},
        came={key: came.get(key, "nothing") for key in wrong},
    )


def _listed(thing: object) -> bool:
    return isinstance(thing, Sequence) and not isinstance(thing, str | bytes)
