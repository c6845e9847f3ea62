"""Writes the source that turns placed fields into observations."""

from collections.abc import Mapping, Sequence

from device_profiles.declared.document import Kind, Unfit
from device_profiles.declared.layout import TEXTS, Placed, bit_range, constant, known_property
from device_profiles.declared.raws import (
    Scope,
    is_sure,
    last_byte,
    number_expression,
    read_one,
    read_together,
    text_expression,
)
from device_profiles.declared.runtime import MOST
from device_profiles.declared.source import Source
from device_profiles.declared.spot import Spot
from wire import Form


def write_fields(
    source: Source, scope: Scope, fields: Sequence[Placed], first: Sequence[str], names: Mapping[str, str]
) -> dict[str, str]:
    """Write the lines that add the observations of fields to `rows`, behind the rows in `first`.

    `names` are expressions of named raw numbers of an outer scope; returned are these and the fields' own.
    """
    sure = [one for one in fields if is_sure(scope, one)]
    read_together(source, scope, [one for one in sure if one.target is not None or one.field.name])
    known = {**names, **{one.field.name: number_expression(scope, one) for one in sure if one.field.name}}
    simple = {id(one): text for one in sure if (text := _simple(source, scope, one)) is not None}
    opening = "rows +=" if scope.base else "rows ="
    listed = [*first, *simple.values()]
    if scope.base and len(listed) == 1:
        source.line(f"rows.append({listed[0]})")
    elif listed or not scope.base:
        with source.block(f"{opening} ["):
            for text in listed:
                source.line(f"{text},")
        source.line("]")
    for one in fields:
        if id(one) not in simple and one.target is not None:
            _write_field(source, scope, one, known)
    return known


def constants(source: Source, scope: Scope, told: Mapping[str, object], spot: Spot) -> list[str]:
    """Return the rows that a frame or a tag says by itself.

    Raises:
        ProfileError: a property is not in the catalogue, or a constant is not what it holds.
    """
    result = []
    for name, value in told.items():
        target = known_property(name, "set", spot)
        assert isinstance(value, bool | int | float | str)
        bound = source.bind("constant", constant(value, target, "set", spot))
        result.append(_row(source, scope, target.name, bound))
    return result


def _row(source: Source, scope: Scope, name: str, value: str, part: str = "") -> str:
    """Return the expression of one observation."""
    bound = source.bind("property", name)
    device = f"{scope.device} + {source.bind('part', f'/{part}')}" if part else scope.device
    taken = f"at_ms={scope.at_ms}, trust={scope.trust}"
    return f"Observation(device={device}, property={bound}, value={value}, {taken})"


def _simple(source: Source, scope: Scope, one: Placed) -> str | None:
    """Return the row of a field that needs no more than an expression."""
    field = one.field
    if one.target is None or field.when or field.absent or field.enum or field.range or field.steps:
        return None
    if field.kind in TEXTS:
        value = text_expression(scope, one) if field.kind is not Kind.ASCII else None
    elif field.kind is Kind.FLOAT or _overflows(one):
        value = None
    else:
        value = _number(scope, one)
    return None if value is None else _row(source, scope, one.target.name, value, field.part)


def _write_field(source: Source, scope: Scope, one: Placed, names: Mapping[str, str]) -> None:
    """Write one field with all its conditions, each a level deeper."""
    if not is_sure(scope, one):
        with source.block(f"if {scope.stop} >= {scope.place(last_byte(one))}:"):
            read_one(source, scope, one)
            _write_when(source, scope, one, names)
    else:
        _write_when(source, scope, one, names)


def _write_when(source: Source, scope: Scope, one: Placed, names: Mapping[str, str]) -> None:
    if one.field.when is None:
        _write_absent(source, scope, one)
    else:
        with source.block(f"if {names[one.field.when.field]} in {_tuple(one.field.when.values)}:"):
            _write_absent(source, scope, one)


def _write_absent(source: Source, scope: Scope, one: Placed) -> None:
    if not one.field.absent:
        _write_value(source, scope, one)
    else:
        with source.block(f"if {number_expression(scope, one)} not in {_tuple(one.field.absent)}:"):
            _write_value(source, scope, one)


def _write_value(source: Source, scope: Scope, one: Placed) -> None:
    field = one.field
    if field.kind in TEXTS:
        source.line(f"value = {text_expression(scope, one)}")
        _write_row(source, scope, one, "value" if field.kind is Kind.ASCII else None)
    elif field.enum:
        assert one.target is not None
        meanings = {
            int(raw): constant(value, one.target, "enum", one.spot) for raw, value in field.enum.items()
        }
        source.line(f"value = {source.bind('enum', meanings)}.get({number_expression(scope, one)})")
        expected = f"one of {', '.join(field.enum)}"
        _write_unless(source, scope, one, ("value is not None", expected, number_expression(scope, one)))
    else:
        source.line(f"value = {_number(scope, one, source)}")
        _write_range(source, scope, one)


def _write_range(source: Source, scope: Scope, one: Placed) -> None:
    field = one.field
    if field.range is None and field.kind is not Kind.FLOAT and not _overflows(one):
        _write_row(source, scope, one, None)
        return
    least, most = field.range or ((-1e300, 1e300) if field.kind is Kind.FLOAT else (-MOST - 1, MOST))
    expected = f"from {least} to {most}" if field.range else "as a finite number of 64 bits"
    test = (
        f"fits(value, {least!r}, {most!r})" if field.kind is Kind.FLOAT else f"{least!r} <= value <= {most!r}"
    )
    _write_unless(source, scope, one, (test, expected, "value"))


def _write_unless(source: Source, scope: Scope, one: Placed, test: tuple[str, str, str]) -> None:
    """Write the row under a test; a value that fails it is dropped, or the reading refused, as the field says."""
    passes, expected, shown = test
    drop = one.field.otherwise if one.field.enum else one.field.outside
    if drop is Unfit.DROP:
        _write_row(source, scope, one, passes)
        return
    with source.block(f"if not ({passes}):"):
        called = source.bind("text", one.called)
        source.line(f"raise out_of_range({called}, {shown}, {source.bind('text', expected)})")
    _write_row(source, scope, one, None)


def _write_row(source: Source, scope: Scope, one: Placed, passes: str | None) -> None:
    assert one.target is not None
    text = f"rows.append({_row(source, scope, one.target.name, 'value', one.field.part)})"
    if passes is None:
        source.line(text)
    else:
        with source.block(f"if {passes}:"):
            source.line(text)


def _number(scope: Scope, one: Placed, source: Source | None = None) -> str:
    raw = number_expression(scope, one)
    if one.target is not None and one.target.form is Form.TRUTH:
        return f"{raw} ^ 1" if one.field.invert else raw
    if one.field.steps and source is not None:
        starts = source.bind("starts", tuple(start for start, _, _ in one.field.steps))
        pieces = source.bind("pieces", tuple((value, step) for _, value, step in one.field.steps))
        raw = f"stepped({raw}, {starts}, {pieces})"
    a, b, d = one.linear.whole()
    text = raw if a == 1 else f"{raw} * {a}"
    if b:
        text += f" + {b}" if b > 0 else f" - {-b}"
    return text if d == 1 else f"({text}) / {d}" if b else f"{text} / {d}"


def _overflows(one: Placed) -> bool:
    """Say whether a whole value can leave the 64 bits that travel."""
    a, b, d = one.linear.whole()
    high, low = bit_range(one.field)
    bits = high - low + 1 if one.field.kind is not Kind.BCD else one.field.width * 7
    return d == 1 and (abs(a) << bits) + abs(b) > MOST


def _tuple(values: Sequence[int]) -> str:
    return f"({', '.join(map(repr, values))},)"
