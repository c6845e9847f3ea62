"""Learns how many counts a degree moves each axis: recursive least squares with bounds and slow forgetting."""

from typing import Final

from edge_agent.rules.field.fact import Vector

STEEPEST: Final = 60.0
"""Counts a degree; the steepest sensor that the field has shown is at 22."""
_MOST_VAR: Final = 100.0
_LEAST_VAR: Final = 0.0009
_FORGETTING_A_DAY: Final = 0.002


def predicted(start: Vector, slope: Vector, warmer_c: float) -> Vector:
    """Return what a field becomes when the sensor is so much warmer."""
    return (
        start[0] + slope[0] * warmer_c,
        start[1] + slope[1] * warmer_c,
        start[2] + slope[2] * warmer_c,
    )


def apart2(one: Vector, other: Vector) -> float:
    """Return the square of the distance of two fields."""
    x, y, z = one[0] - other[0], one[1] - other[1], one[2] - other[2]
    return x * x + y * y + z * z


def learned(slope: Vector, var: float, warmer_c: float, miss: Vector, noise: float) -> tuple[Vector, float]:
    """Return slope and variance after a field was `miss` off its prediction for `warmer_c`.

    `noise` is the variance of what was missed. A miss larger than four deviations counts as four.
    """
    total = noise + var * warmer_c * warmer_c
    gain = var * warmer_c / total
    most = 4 * total**0.5
    return (
        (
            _clipped(slope[0] + gain * _clipped(miss[0], most), STEEPEST),
            _clipped(slope[1] + gain * _clipped(miss[1], most), STEEPEST),
            _clipped(slope[2] + gain * _clipped(miss[2], most), STEEPEST),
        ),
        max(_LEAST_VAR, var - gain * warmer_c * var),
    )


def forgotten(var: float, days: float) -> float:
    """Return the variance of a slope after some days without a look."""
    return min(_MOST_VAR, var + _FORGETTING_A_DAY * days)


def _clipped(value: float, most: float) -> float:
    if value > most:
        return most
    if value < -most:
        return -most
    return value
