"""Writes the source that takes a device's own time for the observations of its frame, turn or tag."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from device_profiles.declared.document import Kind, Unfit
from device_profiles.declared.layout import Placed
from device_profiles.declared.raws import Scope, is_sure, last_byte, raw_name, read_one
from device_profiles.declared.source import Source

SET_S: Final = 1_420_070_400
"""2015-01-01: a clock that says less was never set and counts from its start."""


def dated(source: Source, scope: Scope, fields: Sequence[Placed]) -> Scope:
    """Write the reading of the time field, if there is one, and return the scope whose rows have that time.

    Whatever a clock that was never set says is refused, or dropped for the reading's own time, as the field says.
    """
    one = next((one for one in fields if one.field.kind is Kind.TIME), None)
    if one is None:
        return scope
    inner = replace(scope, at_ms="at_own", trust="trust_own") if scope.base else scope
    if scope.base and (one.field.outside is Unfit.DROP or not is_sure(scope, one)):
        source.line(f"at_own, trust_own = {scope.at_ms}, {scope.trust}")
    if is_sure(scope, one):
        _write(source, inner, one)
    else:
        with source.block(f"if {scope.stop} >= {scope.place(last_byte(one))}:"):
            _write(source, inner, one)
    return inner


def _write(source: Source, scope: Scope, one: Placed) -> None:
    read_one(source, scope, one)
    raw = raw_name(scope, one)
    if one.field.offset:
        source.line(f"{raw} += {int(one.field.offset)}")
    with source.block(f"if {raw} >= {SET_S}:"):
        source.line(f"{scope.at_ms}, {scope.trust} = {raw} * 1000, DEVICE")
    if one.field.outside is Unfit.REFUSE:
        expected = source.bind("text", "of a clock that is set, in seconds since 1970")
        with source.block("else:"):
            source.line(f"raise out_of_range('time', {raw}, {expected})")
