"""One field of a codec's answer: from what the codec says to the catalogue's value."""

import math
from fractions import Fraction
from typing import Final

from device_profiles.declared import Constant, JavascriptField, Linear, Spot, Unfit, conversion, exact
from device_profiles.errors import DecodeError
from device_profiles.javascript.paths import MISSING, Steps, at, shown, steps_of
from wire import CATALOGUE, Form, Property, PropertyName, Value

_MOST: Final = 2**63
_LONGEST_TEXT: Final = 200
_LONGEST_NUMBER: Final = 30


class Field:
    """A field of the table, checked, and ready to be read from answers."""

    def __init__(self, declared: JavascriptField, spot: Spot) -> None:
        """Check what is declared.

        Raises:
            ProfileError: the property or the unit is unknown, or the field contradicts itself.
        """
        known = CATALOGUE.get(PropertyName(declared.property))
        if known is None:
            raise spot.error("property", f"expected one of the catalogue, got {declared.property!r}")
        self.property = known.name
        self.steps: Steps = steps_of(declared.path)
        if not self.steps or "" in self.steps:
            raise spot.error("path", f"expected names joined by dots, got {declared.path!r}")
        self._declared = declared
        self._form = known.form
        self._scale, self._linear = _linear(declared, known, spot)
        self._enum = {key: _constant(value, known.form, spot) for key, value in declared.enum.items()}

    def value(self, given: object) -> Value | None:
        """Return the catalogue's value, nothing where the codec did not say it.

        Raises:
            DecodeError: what it said is not what the field allows.
        """
        said = at(given, self.steps)
        if said is MISSING or said is None or self._is_absent(said):
            return None
        if self._enum:
            return self._chosen(said)
        if self._form is Form.TRUTH:
            return self._truth(said)
        return self._number(said) if self._form is Form.NUMBER else self._text(said)

    def _is_absent(self, said: object) -> bool:
        return any(
            said == one and isinstance(said, bool) == isinstance(one, bool) for one in self._declared.absent
        )

    def _chosen(self, said: object) -> Value | None:
        found = self._enum.get(_word(said))
        if found is None and self._declared.otherwise is Unfit.REFUSE:
            raise self._wrong(f"one of {', '.join(self._enum)}", said)
        return found

    def _truth(self, said: object) -> int:
        if isinstance(said, int | float) and said in (0, 1):  # a bool is an int
            return int(bool(said) != self._declared.invert)
        raise self._wrong("true, false, 1 or 0", said)

    def _number(self, said: object) -> int | float | None:
        number = _as_number(said)
        if number is None:
            raise self._wrong("a number", said)
        bounds = self._declared.range
        scaled = _converted(number, self._scale)
        if not math.isfinite(scaled) or (bounds and not bounds[0] <= scaled <= bounds[1]):
            if self._declared.outside is Unfit.DROP:
                return None
            raise self._wrong(f"in {list(bounds)}" if bounds else "a finite number", said)
        value = _converted(number, self._linear)
        if not abs(value) < _MOST:
            raise self._wrong("a number of 64 bits", said)
        return value

    def _text(self, said: object) -> str:
        if isinstance(said, str) and len(said) <= _LONGEST_TEXT:
            return said
        if isinstance(said, int | float):
            return _word(said)
        raise self._wrong(f"a text of at most {_LONGEST_TEXT} characters", said)

    def _wrong(self, expected: str, said: object) -> DecodeError:
        return DecodeError(f"expected {shown(self.steps)} of the codec to be {expected}, got {_brief(said)}")


def _linear(declared: JavascriptField, known: Property, spot: Spot) -> tuple[Linear | None, Linear | None]:
    """Return what makes the number of the field's unit, and of the catalogue's; nothing where it is the same."""
    numeric = declared.scale != 1 or declared.offset != 0 or declared.unit or declared.range
    if known.form is not Form.NUMBER or declared.enum:
        if numeric:
            raise spot.error(
                "scale", f"expected scale, offset, unit and range for numbers only, not {known.name}"
            )
        return None, None
    if declared.invert:
        raise spot.error("invert", f"expected it for truths only, not {known.name}")
    after = conversion(declared.unit, known.unit)
    if after is None:
        raise spot.error(
            "unit", f"expected one that becomes {known.unit or 'no unit'}, got {declared.unit!r}"
        )
    scale = Linear(factor=exact(declared.scale), offset=exact(declared.offset))
    whole = scale.then(after)
    same = Linear()
    return (None if scale == same else scale), (None if whole == same else whole)


def _constant(value: Constant, form: Form, spot: Spot) -> Value:
    fits = {
        Form.TRUTH: isinstance(value, bool) or value in (0, 1),
        Form.NUMBER: isinstance(value, int | float) and not isinstance(value, bool),
        Form.TEXT: isinstance(value, str),
    }
    if not fits[form]:
        raise spot.error("enum", f"expected a {form} as value, got {value!r}")
    return int(value) if isinstance(value, bool) else value


def _converted(number: float, linear: Linear | None) -> int | float:
    """Convert the decimal that the codec wrote, not the binary fraction nearest to it."""
    if linear is None or not math.isfinite(number):
        return number
    result = exact(number) * linear.factor + linear.offset
    return int(result) if result.denominator == 1 and isinstance(number, int) else _as_float(result)


def _as_float(result: Fraction) -> float:
    try:
        return float(result)
    except OverflowError:
        return math.inf


def _as_number(said: object) -> int | float | None:
    if isinstance(said, bool):
        return None
    if isinstance(said, int | float):
        return said
    if not isinstance(said, str) or not 0 < len(said) <= _LONGEST_NUMBER:
        return None
    try:  # many codecs end in toFixed(), which gives text
        return float(said) if any(mark in said for mark in ".eE") else int(said)
    except ValueError:
        return None


def _word(said: object) -> str:
    """Return what a codec said as a key of `enum`: true, 5, 1.5, or the text."""
    if isinstance(said, bool):
        return "true" if said else "false"
    if isinstance(said, float) and said.is_integer():
        return str(int(said))
    return str(said)


def _brief(said: object) -> str:
    text = repr(said)
    return text if len(text) <= 60 else f"{text[:60]}..."
