"""A field is recognised where its name, unit and examples leave no doubt, and only there."""

import pytest

from device_profiles.repositories.meaning import guess, plain_name
from device_profiles.repositories.names import NORMAL, NUMBERS, TEXTS, TRUTHS, WITH_UNIT
from device_profiles.repositories.offer import Said
from wire import CATALOGUE, Form, PropertyName


@pytest.mark.parametrize(
    ("steps", "values", "unit", "found"),
    [
        (("temperature",), [21.5], "", ("air.temperature", "")),
        (("TempC",), ["21.5"], "", ("air.temperature", "")),
        (("air_temperature", "value"), [70.2], "°F", ("air.temperature", "degF")),
        (("PM2_5",), [3], "", ("air.pm2_5", "")),
        (("pm1_0",), [3], "", ("air.pm1", "")),
        (("pm10",), [3], "", ("air.pm10", "")),
        (("data", "co2"), [400], "", ("air.co2", "")),
        (("distance",), [400], "mm", ("distance", "mm")),
        (("distance",), [400], "", None),
        (("pressure",), [1004], "", None),
        (("temperature",), [21.5], "kWh", None),
        (("temperature",), ["warm"], "", None),
        (("temperature",), [True], "", None),
        (("temperature",), [], "", None),
        (("humidity",), ["45%"], "", None),
        (("history", 0, "temperature"), [21.5], "", None),
        (("threshold", "temperature"), [21.5], "", None),
        (("alarm_config", "temperature"), [21.5], "", None),
        (("battery",), [3.6, 3.3], "", ("device.battery_v", "")),
        (("battery",), [3612], "", ("device.battery_v", "mV")),
        (("battery",), [87, 100], "", ("device.battery_percent", "%")),
        (("battery",), [3], "", None),
        (("battery",), [254], "", None),
        (("battery",), [5], "%", ("device.battery_percent", "%")),
        (("batV",), [3.01], "", ("device.battery_v", "")),
        (("firmware_version",), ["v1.2"], "", ("device.firmware", "")),
        (("firmware_version",), [12], "", None),
        (("leak",), [True, False], "", ("water.leak", "")),
        (("leak",), ["N"], "", None),
        (("door",), [1], "", None),
        (("door_open",), [1], "", ("door.open", "")),
        (("shoe_size",), [43], "", None),
    ],
)
def test_guesses(
    steps: tuple[str | int, ...], values: list[object], unit: str, found: tuple[str, str] | None
) -> None:
    came = guess(steps, values, Said(unit=unit))
    assert (came and (came.field.property, came.field.unit)) == found


def test_words_among_numbers_mean_that_nothing_was_measured() -> None:
    came = guess(("co2",), [400, "NoSensor", 900], Said())
    assert came is not None
    assert came.field.absent == ("NoSensor",)


def test_words_that_the_repository_gives_must_all_be_known() -> None:
    came = guess(("leakage_status",), ["leak"], Said(words=("normal", "leak")))
    assert came is not None
    assert came.field.enum == {"normal": False, "leak": True}
    assert guess(("leakage_status",), ["leak"], Said(words=("normal", "leak", "sensor lost"))) is None


def test_every_name_is_plain_and_means_a_property_of_its_form() -> None:
    forms = {
        **{name: (property_name, Form.NUMBER) for name, (property_name, _) in NUMBERS.items()},
        **{name: (property_name, Form.NUMBER) for name, property_name in WITH_UNIT.items()},
        **{name: (truth.property, Form.TRUTH) for name, truth in TRUTHS.items()},
        **{name: (property_name, Form.TEXT) for name, property_name in TEXTS.items()},
    }
    assert {name for name in forms if plain_name(name) != name} == set()
    for property_name, form in forms.values():
        assert CATALOGUE[PropertyName(property_name)].form is form
    for property_name, _ in NORMAL.values():
        assert CATALOGUE[PropertyName(property_name)].form is Form.NUMBER
