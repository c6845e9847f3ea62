"""Writes the source that reads a field's raw number or text out of the bytes."""

from collections.abc import Sequence
from struct import Struct as Packing

from msgspec import Struct

from device_profiles.declared.document import Kind, Order
from device_profiles.declared.layout import TEXTS, Placed, bit_range
from device_profiles.declared.source import Source

_CODES = {
    (Kind.UINT, 1): "B",
    (Kind.UINT, 2): "H",
    (Kind.UINT, 4): "I",
    (Kind.UINT, 8): "Q",
    (Kind.INT, 1): "b",
    (Kind.INT, 2): "h",
    (Kind.INT, 4): "i",
    (Kind.INT, 8): "q",
    (Kind.FLOAT, 2): "e",
    (Kind.FLOAT, 4): "f",
    (Kind.FLOAT, 8): "d",
}


class Scope(Struct, frozen=True, kw_only=True):
    """Where fields are read: `base` is the variable of their first byte ("" for 0), `stop` that of their end.

    `least` is how many bytes from the base are sure to be there. `device`, `at_ms` and `trust` are the expressions of
    the row.
    """

    base: str = ""
    stop: str = "size"
    least: int = 0
    device: str = "device"
    at_ms: str = "at_ms"
    trust: str = "trust"

    def place(self, at: int) -> str:
        """Return the expression of a byte's place."""
        if not self.base:
            return str(at)
        return f"{self.base} + {at}" if at else self.base


def last_byte(one: Placed) -> int:
    """Return the place behind the last byte that a field must have; one that reaches to the end needs its first."""
    return one.at + 1 if one.end is None else one.end


def is_sure(scope: Scope, one: Placed) -> bool:
    """Say whether a field's bytes are there in every frame."""
    return last_byte(one) <= scope.least


def read_together(source: Source, scope: Scope, fields: Sequence[Placed]) -> None:
    """Write the reading of several fields' raw numbers, with one unpack for all that one unpack can read."""
    whole = {raw_name(scope, one): one for one in fields if one.field.kind not in TEXTS | {Kind.SKIP}}
    packed: list[Placed] = []
    for one in sorted(whole.values(), key=lambda one: one.at):
        if _packs_with(packed, one):
            packed.append(one)
        else:
            read_one(source, scope, one)
    if len(packed) == 1:
        read_one(source, scope, packed[0])
    elif packed:
        _unpack(source, scope, packed)


def read_one(source: Source, scope: Scope, one: Placed) -> None:
    """Write the reading of one field's raw number."""
    if one.field.kind in TEXTS:
        return
    kind, width = _read_kind(one), one.field.width
    part = f"payload[{scope.place(one.at)}:{scope.place(one.at + width)}]"
    if kind in (Kind.UINT, Kind.INT) and width <= 2:
        expression = _short(scope, one, kind)
    elif kind is Kind.BCD:
        expression = f"bcd({part}, {str(one.order)!r})"
    elif kind is Kind.FLOAT:
        unpack = source.bind("unpack", Packing(_sign(one.order) + _CODES[kind, width]).unpack_from)
        expression = f"{unpack}(payload, {scope.place(one.at)})[0]"
    else:
        signed = ", signed=True" if kind is Kind.INT else ""
        expression = f"int.from_bytes({part}, {str(one.order)!r}{signed})"
    source.line(f"{raw_name(scope, one)} = {expression}")


def _short(scope: Scope, one: Placed, kind: Kind) -> str:
    """Return the expression of a number of one or two bytes: arithmetic is faster than a slice and a call."""
    text = f"payload[{scope.place(one.at)}]"
    if one.field.width == 2:
        second = f"payload[{scope.place(one.at + 1)}]"
        text = f"{text} << 8 | {second}" if one.order is Order.BIG else f"{text} | {second} << 8"
    sign = 0x80 if one.field.width == 1 else 0x8000
    return text if kind is Kind.UINT else f"(({text}) ^ {sign}) - {sign}"


def raw_name(scope: Scope, one: Placed) -> str:
    """Return the variable of a field's whole number, before bits are taken out of it."""
    little = "_little" if one.order is Order.LITTLE and one.field.width > 1 else ""
    return f"{scope.base or 'raw'}_{one.at}_{_read_kind(one)}{one.field.width * 8}{little}"


def number_expression(scope: Scope, one: Placed) -> str:
    """Return the expression of a field's raw number, its bits taken out and its sign extended."""
    name = raw_name(scope, one)
    if one.field.bit is None and one.field.bits is None:
        return name
    high, low = bit_range(one.field)
    mask = (1 << (high - low + 1)) - 1
    shifted = f"({name} >> {low})" if low else name
    whole = high == one.field.width * 8 - 1
    taken = shifted if whole else f"({shifted} & {mask})"
    if one.field.kind is Kind.INT:
        sign = 1 << (high - low)
        return f"(({taken} ^ {sign}) - {sign})"
    return taken


def text_expression(scope: Scope, one: Placed) -> str:
    """Return the expression of a text field."""
    end = scope.stop if one.end is None else scope.place(one.end)
    part = f"payload[{scope.place(one.at)}:{end}]"
    if one.field.kind is Kind.ASCII:
        return f"ascii_text({part})"
    if one.field.kind is Kind.HEX:
        return f"{part}.hex()"
    if one.field.kind is Kind.DOTTED_HEX:
        return f"'.'.join(map('{{:x}}'.format, {part}))"
    return f"'.'.join(map(str, {part}))"


def _read_kind(one: Placed) -> Kind:
    sliced = one.field.bit is not None or one.field.bits is not None
    return Kind.UINT if sliced or one.field.kind is Kind.TIME else one.field.kind


def _packs_with(packed: Sequence[Placed], one: Placed) -> bool:
    if (_read_kind(one), one.field.width) not in _CODES:
        return False
    if not packed:
        return True
    same_order = one.order is packed[0].order or one.field.width == 1
    return same_order and one.at >= last_byte(packed[-1])


def _unpack(source: Source, scope: Scope, packed: Sequence[Placed]) -> None:
    start = at = packed[0].at
    form = ""
    for one in packed:
        gap = one.at - at
        form += (f"{gap}x" if gap else "") + _CODES[_read_kind(one), one.field.width]
        at = last_byte(one)
    order = next((one.order for one in packed if one.field.width > 1), Order.BIG)
    unpack = source.bind("unpack", Packing(_sign(order) + form).unpack_from)
    names = ", ".join(raw_name(scope, one) for one in packed)
    source.line(f"{names} = {unpack}(payload, {scope.place(start)})")


def _sign(order: Order) -> str:
    return ">" if order is Order.BIG else "<"
