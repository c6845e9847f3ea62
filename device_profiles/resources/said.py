"""What a device said, in whatever form: a list of values with the place that each stands in."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from device_profiles.errors import DecodeError
from device_profiles.protocols.lwm2m import Path, Stated, Type, Value, Writing, read_contents
from device_profiles.protocols.senml import ABSOLUTE_FROM_S, Record, guess_format, read_pack, resolve
from device_profiles.reading import Format, Reading
from device_profiles.resources.names import Place, place_of
from wire import DeviceId

_LWM2M: Final = frozenset({Format.TEXT, Format.LWM2M_TLV, Format.LWM2M_JSON})
_TIMESTAMP, _FRACTION, _UNITS = 5518, 6050, 5701
# As people write units into the resource 5701 (Sensor Units).
_UNIT_WORDS: Final = {
    "C": "Cel",
    "°C": "Cel",
    "℃": "Cel",
    "degC": "Cel",
    "Celsius": "Cel",
    "F": "degF",
    "°F": "degF",
    "µT": "uT",
    "μT": "uT",
    "Gauss": "G",
    "Lux": "lx",
    "lux": "lx",
    "m³": "m3",
    "µg/m3": "ug/m3",
    "µg/m³": "ug/m3",
    "dBA": "dB",
    "dB(A)": "dB",
}


class Said(Struct, frozen=True, kw_only=True):
    """One value with its place; the unit is the one given with it, `seconds` as SenML counts them."""

    name: str
    place: Place
    stated: Stated
    unit: str = ""
    seconds: float | None = None

    def value(self, type: Type | None) -> Value:
        """Return the value; what is not typed by its form is read as this type.

        Raises:
            DecodeError: it is no value of the type, or the type is not known.
        """
        if self.stated.writing is Writing.PLAIN:
            return self.stated.value
        if type is None:
            raise DecodeError(f"expected the type of LwM2M {self.name} in [senml.names], got none")
        return self.stated.read_as(type)


def heard(reading: Reading) -> list[Said]:
    """Return the values of a reading, with the times and units that stand beside them in their instance.

    Raises:
        DecodeError: the bytes are not in the reading's form.
    """
    if reading.format in _LWM2M or (reading.format is Format.BYTES and reading.path):
        stated = read_contents(reading.payload, reading.format, reading.path)
        said = [
            Said(name=str(one.path), place=Place(device=None, path=one.path), stated=one, seconds=one.seconds)
            for one in _first_members(stated)
        ]
    else:
        form = guess_format(reading.payload) if reading.format is Format.BYTES else reading.format
        said = [_of_record(record) for record in resolve(read_pack(reading.payload, form))]
    return _completed(said)


def says_its_times(reading: Reading) -> bool:
    """Whether every value carries an absolute time: then equal bytes are the same measurement, sent again.

    A reading that is not understood has no identity either; its profile will say what is wrong with it.
    """
    try:
        said = heard(reading)
    except DecodeError:
        return False
    return bool(said) and all((one.seconds or 0) >= ABSOLUTE_FROM_S for one in said)


def _first_members(stated: Sequence[Stated]) -> list[Stated]:
    """Of a resource with several values the first counts: the main battery, the first fault."""
    found: dict[tuple[int, ...], Stated] = {}
    for one in stated:
        found.setdefault(one.path.parts[:3], one)
    return list(found.values())


def _of_record(record: Record) -> Said:
    value = record.sum if record.value is None else record.value
    place = place_of(record.name)
    assert value is not None
    return Said(
        name=record.name,
        place=place,
        stated=Stated(path=place.path or Path(object=0), value=value, writing=Writing.PLAIN),
        unit=record.unit,
        seconds=record.seconds,
    )


def _completed(said: Sequence[Said]) -> list[Said]:
    """Join in the resources Timestamp, Fractional Timestamp and Sensor Units, which speak of their whole instance."""
    times = _beside(said, _TIMESTAMP, Type.TIME)
    if not times and not any(_is(one, _UNITS) for one in said):
        return list(said)
    fractions, units = _beside(said, _FRACTION, Type.FLOAT), _beside(said, _UNITS, Type.TEXT)
    return [_with(one, times, fractions, units) for one in said]


_Beside = Mapping[tuple[DeviceId | None, tuple[int, ...]], Value]


def _beside(said: Iterable[Said], resource: int, type: Type) -> _Beside:
    return {_instance(one): one.stated.read_as(type) for one in said if _is(one, resource)}


def _is(one: Said, resource: int) -> bool:
    return one.place.path is not None and one.place.path.resource == resource


def _instance(one: Said) -> tuple[DeviceId | None, tuple[int, ...]]:
    return one.place.device, one.place.path.parts[:2] if one.place.path else ()


def _with(one: Said, times: _Beside, fractions: _Beside, units: _Beside) -> Said:
    seconds, unit = one.seconds, one.unit
    key = _instance(one)
    at_s, word = times.get(key), units.get(key)
    if seconds is None and isinstance(at_s, int) and at_s >= ABSOLUTE_FROM_S:
        seconds = at_s + _fraction(fractions.get(key))
    if not unit and isinstance(word, str):
        unit = _UNIT_WORDS.get(word.strip(), word.strip())
    return Said(name=one.name, place=one.place, stated=one.stated, unit=unit, seconds=seconds)


def _fraction(value: Value | None) -> float:
    return float(value) if isinstance(value, int | float) and 0 <= value < 1 else 0.0
