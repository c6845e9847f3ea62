"""Guesses by name, unit and examples which property a field of a codec is, or says that it does not know."""

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from device_profiles.declared import Constant, JavascriptField, conversion
from device_profiles.javascript import Steps, shown
from device_profiles.repositories.names import (
    BATTERY,
    ELSEWHERE,
    NORMAL,
    NUMBERS,
    TEXTS,
    TRUTHS,
    UNITS,
    WITH_UNIT,
    Truth,
)
from device_profiles.repositories.offer import Said
from wire import property_named

_BETWEEN_DIGITS: Final = re.compile(r"(?<=\d)[_.](?=\d)")
_NOT_IN_WORDS: Final = re.compile(r"[^a-z0-9]+")
_DECIMAL: Final = re.compile(r"-?\d+(\.\d+)?")
_VOLTS: Final = 6.0
_PERCENT: Final = 100.0


class Guess(Struct, frozen=True, kw_only=True):
    """A field, and why it is taken to be that."""

    field: JavascriptField
    why: str


def guess(steps: Steps, values: Sequence[object], said: Said) -> Guess | None:
    """Return what a field is, nothing where that is not clear."""
    if any(isinstance(step, int) for step in steps) or any(_elsewhere(str(step)) for step in steps[:-1]):
        return None
    name = plain_name(str(steps[-2] if steps[-1] == "value" and len(steps) > 1 else steps[-1]))
    known = [value for value in values if value is not None]
    unit = UNITS.get(said.unit.strip(), "")
    if name in TRUTHS:
        return _truth(steps, known, TRUTHS[name], said)
    if name in TEXTS and known and all(isinstance(value, str) for value in known):
        return Guess(field=JavascriptField(path=_path(steps), property=TEXTS[name]), why="by its name")
    if name in BATTERY:
        return _battery(steps, known, unit)
    if unit and name in WITH_UNIT:
        return _number(steps, known, WITH_UNIT[name], unit, f"by its name and the unit {said.unit}")
    if name in NUMBERS and not said.unit:
        property_name, unit = NUMBERS[name]
        return _number(steps, known, property_name, unit, f"by its name; {unit} is taken for granted")
    return None


def normal(steps: Steps, values: Sequence[object]) -> Guess | None:
    """Return what a field of a normalized payload is."""
    found = NORMAL.get(shown(steps))
    return found and _number(steps, values, *found, "by the specification of the normalized payload")


def plain_name(name: str) -> str:
    """Return a name without case and separators: "PM2.5 (avg)" becomes pm2p5avg."""
    return _NOT_IN_WORDS.sub("", _BETWEEN_DIGITS.sub("p", name.lower()))


def _elsewhere(step: str) -> bool:
    return any(word in step.lower() for word in ELSEWHERE)


def _path(steps: Steps) -> str | Steps:
    clear = all(isinstance(step, str) and step and "." not in step and not step.isdecimal() for step in steps)
    return shown(steps) if clear else steps


def _number(steps: Steps, values: Sequence[object], property_name: str, unit: str, why: str) -> Guess | None:
    """Take a field whose examples are numbers; words among them ("NoSensor") mean that nothing was measured."""
    target = property_named(property_name).unit
    numbers = [value for value in values if _is_number(value)]
    words = sorted({value for value in values if isinstance(value, str) and not _is_number(value)})
    if conversion(unit, target) is None or not numbers:
        return None
    if any(isinstance(value, bool) for value in values) or any(word[:1].isdigit() for word in words):
        return None
    field = JavascriptField(
        path=_path(steps),
        property=property_name,
        unit="" if unit == target else unit,
        absent=tuple(words),
    )
    return Guess(field=field, why=why)


def _battery(steps: Steps, values: Sequence[object], unit: str) -> Guess | None:
    """Tell volts, millivolts and percent apart by the numbers, where no unit is said."""
    numbers = [
        float(value) for value in values if isinstance(value, int | float) and not isinstance(value, bool)
    ]
    why = f"by its name and the unit {unit}" if unit else ""
    if not unit and numbers:
        if max(numbers) > 1000:
            unit = "mV"
        elif (
            max(numbers) <= _VOLTS and any(not number.is_integer() for number in numbers) and min(numbers) > 1
        ):
            unit = "V"
        elif _VOLTS < max(numbers) <= _PERCENT:
            unit = "%"
    property_name = {"%": "device.battery_percent", "V": "device.battery_v", "mV": "device.battery_v"}.get(
        unit
    )
    if property_name is None:
        return None
    return _number(steps, values, property_name, unit, why or f"{unit}, by what the examples say")


def _truth(steps: Steps, values: Sequence[object], truth: Truth, said: Said) -> Guess | None:
    words = {value for value in values if isinstance(value, str)} | set(said.words)
    if not words:
        plain = values and all(isinstance(value, bool) or value in (0, 1) for value in values)
        if not (truth.plain and plain):
            return None
        return Guess(field=JavascriptField(path=_path(steps), property=truth.property), why="by its name")
    if not words <= {*truth.true, *truth.false} or any(not isinstance(value, str) for value in values):
        return None
    enum: dict[str, Constant] = {**dict.fromkeys(truth.true, True), **dict.fromkeys(truth.false, False)}
    if said.words:
        enum = {word: enum[word] for word in said.words}
    field = JavascriptField(path=_path(steps), property=truth.property, enum=enum)
    return Guess(field=field, why="by its name and its words")


def _is_number(value: object) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int | float) or (isinstance(value, str) and bool(_DECIMAL.fullmatch(value)))
