"""Units of SenML convert into each other, exactly, and only within their kind."""

import pytest

from device_profiles.declared import conversion


@pytest.mark.parametrize(
    ("unit", "target", "raw", "value"),
    [
        ("Wh", "kWh", 1234, 1.234),
        ("J", "kWh", 3_600_000, 1),
        ("varh", "kvarh", 1500, 1.5),
        ("kg/m3", "ug/m3", 1, 1e9),
        ("/", "ppm", 0.5, 500_000),
        ("ppm", "ppb", 2, 2000),
        ("/100", "%", 50, 50),
        ("/100", "%EL", 50, 50),
        ("dBW", "dBm", -120, -90),
        ("rad", "deg", 3.141592653589793, 180),
        ("Pa", "hPa", 101_325, 1013.25),
        ("hPa", "Pa", 1013.25, 101_325),
        ("mm", "m", 12, 0.012),
        ("mm/h", "m/s", 3_600_000, 1),
        ("Ah", "C", 2, 7200),
        ("Mbit/s", "B/s", 8, 1_000_000),
    ],
)
def test_conversions(unit: str, target: str, raw: float, value: float) -> None:
    linear = conversion(unit, target)
    assert linear is not None
    assert linear.of(raw) == pytest.approx(value, rel=1e-7)


@pytest.mark.parametrize(
    ("unit", "target"), [("Cel", "Pa"), ("kWh", "kvarh"), ("V", "A"), ("dB", "dBm"), ("x", "y")]
)
def test_units_of_different_kinds_do_not_convert(unit: str, target: str) -> None:
    assert conversion(unit, target) is None
