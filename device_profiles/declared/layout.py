"""Puts each field in its place and refuses declarations that cannot mean anything."""

from collections.abc import Sequence

from msgspec import Struct

from device_profiles.declared.document import Constant, Field, Kind, Order, Unfit
from device_profiles.declared.linear import Linear
from device_profiles.declared.spot import Spot
from device_profiles.declared.units import conversion, exact
from wire import CATALOGUE, Form, Property, PropertyName

NUMBERS = frozenset({Kind.UINT, Kind.INT, Kind.BCD, Kind.FLOAT})
TEXTS = frozenset({Kind.ASCII, Kind.HEX, Kind.DOTTED, Kind.DOTTED_HEX})
_WIDTHS = {
    Kind.FLOAT: (2, 4, 8),
    Kind.UINT: range(1, 9),
    Kind.INT: range(1, 9),
    Kind.BCD: range(1, 9),
    Kind.TIME: (4,),
}
_PART_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")


class Placed(Struct, frozen=True, kw_only=True):
    """A field with its place, byte order and conversion settled; `end` is none where it reaches to the end."""

    field: Field
    at: int
    end: int | None
    order: Order
    target: Property | None
    linear: Linear
    spot: Spot

    @property
    def called(self) -> str:
        """What an error calls the field."""
        return self.field.name or self.field.property or f"byte {self.at}"


def placed(
    fields: Sequence[Field], order: Order, spot: Spot, outer: frozenset[str] = frozenset()
) -> list[Placed]:
    """Place the fields of a frame, of one turn of a repeat, or of one tag, counting from its first byte.

    `outer` are the names that conditions may use beside the fields' own.

    Raises:
        ProfileError: a field is declared wrongly; names file, table and key.
    """
    result: list[Placed] = []
    names = set(outer)
    follows: int | None = 0
    for number, field in enumerate(fields, 1):
        here = spot.inside(
            f"field {number}" + (f" ({field.name or field.property})" if field.name or field.property else "")
        )
        at = field.at if field.at is not None else follows
        if at is None:
            raise here.error("at", "expected a place, because the field before reaches to the end")
        _check(field, at, names, here)
        end = at + field.width if field.width else None
        result.append(
            Placed(
                field=field,
                at=at,
                end=end,
                order=field.order or order,
                target=_target(field, here),
                linear=_linear(field, here),
                spot=here,
            )
        )
        names |= {field.name} - {""}
        follows = end
    return result


def extent(fields: Sequence[Placed]) -> int:
    """Return how many bytes the fields take; one that reaches to the end counts from its first byte."""
    return max((one.at if one.end is None else one.end for one in fields), default=0)


def known_property(name: str, key: str, spot: Spot) -> Property:
    """Return the catalogue's property.

    Raises:
        ProfileError: there is none of this name.
    """
    found = CATALOGUE.get(PropertyName(name))
    if found is None:
        raise spot.error(key, f"expected a property of the catalogue, got {name!r}")
    return found


def check_part(part: str, spot: Spot) -> None:
    """Refuse the name of a part that would not do in a device's name.

    Raises:
        ProfileError: it has other letters.
    """
    if set(part) - _PART_LETTERS:
        raise spot.error("part", f"expected lower case letters, digits, _ and -, got {part!r}")


def constant(value: Constant, target: Property, key: str, spot: Spot) -> int | float | str:
    """Return a constant as it travels: a truth as 0 or 1.

    Raises:
        ProfileError: the constant is not what the property holds.
    """
    if target.form is Form.TEXT and isinstance(value, str):
        return value
    if target.form is Form.TRUTH and not isinstance(value, str) and value in (0, 1):
        return int(value)
    if target.form is Form.NUMBER and isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise spot.error(key, f"expected a {target.form} for {target.name}, got {value!r}")


def _check(field: Field, at: int, names: set[str], spot: Spot) -> None:
    if at < 0:
        raise spot.error("at", f"expected 0 or more, got {at}")
    if field.kind in _WIDTHS and field.width not in _WIDTHS[field.kind]:
        raise spot.error(
            "width", f"expected {list(_WIDTHS[field.kind])} bytes for {field.kind}, got {field.width}"
        )
    if field.width < 0:
        raise spot.error("width", f"expected 0 (to the end) or more, got {field.width}")
    if field.name and (field.name in names or not field.name.isidentifier()):
        raise spot.error("name", f"expected a new name of letters, digits and _, got {field.name!r}")
    if field.when is not None and field.when.field not in names:
        raise spot.error("when", f"expected the name of an earlier field, got {field.when.field!r}")
    check_part(field.part, spot)
    _check_bits(field, spot)
    _check_values(field, spot)


def _check_bits(field: Field, spot: Spot) -> None:
    if field.bit is None and field.bits is None:
        return
    if field.bit is not None and field.bits is not None:
        raise spot.error("bit", "expected bit or bits, got both")
    if field.kind not in (Kind.UINT, Kind.INT):
        raise spot.error("bits", f"expected uint or int, got {field.kind}")
    high, low = bit_range(field)
    if not 0 <= low <= high < field.width * 8:
        raise spot.error("bits", f"expected [high, low] within {field.width * 8} bits, got [{high}, {low}]")


def _check_values(field: Field, spot: Spot) -> None:
    if field.range is not None and not field.range[0] <= field.range[1]:
        raise spot.error("range", f"expected [least, most], got {list(field.range)}")
    starts = [start for start, _, _ in field.steps]
    if starts != sorted(set(starts)) or (starts and starts[0] != 0):
        raise spot.error("steps", f"expected pieces that start at raw 0 and rise, got starts {starts}")
    if field.kind in TEXTS and (field.absent or field.range or field.steps or field.enum):
        raise spot.error("kind", f"expected a number for absent, range, steps or enum, got {field.kind}")
    if field.invert and not (field.bit is not None or (field.bits and field.bits[0] == field.bits[1])):
        raise spot.error("invert", "expected a field of one bit")
    if Unfit.STOP in (field.otherwise, field.outside):
        raise spot.error("outside", "expected refuse or drop")
    if field.kind is Kind.FLOAT and (field.enum or field.absent or field.steps):
        raise spot.error("kind", "expected a whole number for absent, steps or enum, got float")


def bit_range(field: Field) -> tuple[int, int]:
    """Return (high, low) of the bits that a field takes."""
    if field.bit is not None:
        return field.bit, field.bit
    return field.bits or (field.width * 8 - 1, 0)


def _target(field: Field, spot: Spot) -> Property | None:
    _check_use(field, spot)
    if not field.property:
        return None
    found = known_property(field.property, "property", spot)
    for raw, value in field.enum.items():
        if not raw.removeprefix("-").isdecimal():
            raise spot.error("enum", f"expected whole numbers as keys, got {raw!r}")
        constant(value, found, "enum", spot)
    one_bit = len(set(bit_range(field))) == 1
    fits = {
        Form.TEXT: field.kind in TEXTS,
        Form.NUMBER: field.kind in NUMBERS,
        Form.TRUTH: field.kind in (Kind.UINT, Kind.INT) and one_bit,
    }
    if not field.enum and not fits[found.form]:
        raise spot.error(
            "property", f"expected an enum to turn {field.kind} into the {found.form} of {found.name}"
        )
    return found


def _check_use(field: Field, spot: Spot) -> None:
    if field.name and field.kind not in (Kind.UINT, Kind.INT, Kind.BCD):
        raise spot.error("name", f"expected a whole number to be named, got {field.kind}")
    if field.kind is Kind.TIME and not isinstance(field.offset, int):
        raise spot.error("offset", f"expected whole seconds, got {field.offset}")
    if field.kind in (Kind.SKIP, Kind.TIME) and field.property:
        raise spot.error("property", f"expected no property for {field.kind}")
    if not field.property and not field.name and field.kind not in (Kind.SKIP, Kind.TIME):
        raise spot.error("property", "expected a property, a name for conditions, or kind skip")


def _linear(field: Field, spot: Spot) -> Linear:
    target = CATALOGUE.get(PropertyName(field.property))
    after = conversion(field.unit, target.unit if target else field.unit)
    if after is None:
        raise spot.error(
            "unit", f"expected a unit that becomes {target.unit if target else ''!r}, got {field.unit!r}"
        )
    result = Linear(factor=exact(field.scale), offset=exact(field.offset)).then(after)
    if not (1e-30 < abs(result.factor) < 1e30 and abs(result.offset) < 1e30):
        raise spot.error("scale", f"expected a sensible factor, got {field.scale}")
    return result
