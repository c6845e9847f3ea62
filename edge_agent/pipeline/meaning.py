"""What an input means at this site: a contact is a pump that runs, a distance is a bin that fills."""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from chassis import ConfigError, Text
from wire import CATALOGUE, DeviceId, Form, Observation, Property, PropertyName, Value

_SEPARATOR: Final = "/"


class Meaning(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`property` of the device, or of its `part`, is also `becomes`: the device's own word stays beside it.

    A truth may `invert`. A number goes along the line through two points, `line`, and stays between them (a bin is
    never fuller than full), or becomes value × `scale`, which has no ends (pulses, litres); or it becomes the truth
    that it is `above` a limit, or `below` one.
    """

    property: Text
    becomes: Text
    part: str = ""
    invert: bool = False
    scale: float = 1.0
    line: tuple[tuple[float, float], tuple[float, float]] | None = None
    above: float | None = None
    below: float | None = None


def checked(meanings: Sequence[Meaning], where: str) -> tuple[Meaning, ...]:
    """Return meanings that can be.

    Raises:
        ConfigError: a property does not exist or cannot become the other; says where.
    """
    for number, one in enumerate(meanings):
        _check(one, f"{where}, table [means[{number}]]")
    return tuple(meanings)


def _check(one: Meaning, place: str) -> None:
    source, target = _known(one.property, place, "property"), _known(one.becomes, place, "becomes")
    limited = one.above is not None or one.below is not None
    if one.above is not None and one.below is not None:
        raise ConfigError(f"{place}: key 'below': expected above or below, got both")
    if (source.form, target.form) not in (_LIMITED if limited else _POSSIBLE):
        wanted = Form.TRUTH if limited else source.form
        raise ConfigError(f"{place}: key 'becomes': expected a {wanted}, got {target.name}")
    if one.invert and source.form is not Form.TRUTH:
        raise ConfigError(f"{place}: key 'invert': expected a truth to invert, got {source.name}")
    if one.line is not None and (one.line[0][0] == one.line[1][0] or one.scale != 1.0):
        raise ConfigError(f"{place}: key 'line': expected two different points, and no scale beside them")


_POSSIBLE: Final = {
    (Form.TRUTH, Form.TRUTH),
    (Form.NUMBER, Form.NUMBER),
    (Form.TRUTH, Form.NUMBER),  # a fault contact becomes a fault code: 0 or 1
}
_LIMITED: Final = {(Form.NUMBER, Form.TRUTH)}


def _known(name: str, place: str, key: str) -> Property:
    found = CATALOGUE.get(PropertyName(name))
    if found is None or found.form is Form.TEXT:
        raise ConfigError(
            f"{place}: key {key!r}: expected a truth or a number of the catalogue, got {name!r}"
        )
    return found


def meant(rows: Iterable[Observation], device: DeviceId, meanings: Sequence[Meaning]) -> list[Observation]:
    """Return the rows of a device and its parts, each followed by what else it means here."""
    result: list[Observation] = []
    for row in rows:
        result.append(row)
        part = row.device.removeprefix(device).removeprefix(_SEPARATOR)
        result += [
            replace(row, property=PropertyName(one.becomes), value=_value(row.value, one))
            for one in meanings
            if one.property == row.property and one.part == part
        ]
    return result


def _value(value: Value, one: Meaning) -> Value:
    if isinstance(value, str):
        return value
    if one.above is not None:
        return int(value > one.above)
    if one.below is not None:
        return int(value < one.below)
    if one.line is not None:
        return _along(float(value), *one.line)
    if one.invert:
        return int(not value)
    return value if one.scale == 1.0 else value * one.scale


def _along(value: float, begin: tuple[float, float], end: tuple[float, float]) -> float:
    share = (value - begin[0]) / (end[0] - begin[0])
    return begin[1] + min(max(share, 0.0), 1.0) * (end[1] - begin[1])
