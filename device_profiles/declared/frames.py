"""Writes the source of one frame: checksum, fields, then what repeats or is tagged."""

from collections.abc import Mapping

from msgspec import Struct

from device_profiles.declared.checksums import CHECKSUMS
from device_profiles.declared.document import Document, Frame, Order, Repeat
from device_profiles.declared.fields import constants, write_fields
from device_profiles.declared.layout import Placed, extent, placed
from device_profiles.declared.raws import Scope
from device_profiles.declared.runtime import checker
from device_profiles.declared.source import Source
from device_profiles.declared.spot import Spot
from device_profiles.declared.tags import Around, write_tlv
from device_profiles.declared.times import dated

LONGEST = 65535
"""No frame is longer; what chooses by length needs some end."""


class Sized(Struct, frozen=True, kw_only=True):
    """A frame with its fields placed and its lengths settled."""

    frame: Frame
    fields: tuple[Placed, ...]
    least: int
    most: int
    spot: Spot


def sized(frame: Frame, document: Document, spot: Spot) -> Sized:
    """Settle where a frame's fields are and how long it is.

    Raises:
        ProfileError: the frame is declared wrongly; names file, table and key.
    """
    order = frame.order or document.order
    _check_frame(frame, spot, bool(document.head))
    fields = placed((*document.head, *frame.field), order, spot)
    taken = extent(fields)
    open_end = frame.repeat is not None or frame.tlv is not None or any(one.end is None for one in fields)
    if frame.length is None:
        check = CHECKSUMS[frame.check.kind].width if frame.check else 0
        least, most = taken + check, LONGEST if open_end else taken + check
    else:
        least, most = frame.length if isinstance(frame.length, tuple) else (frame.length, frame.length)
    if not 0 <= least <= most <= LONGEST or most < taken:
        raise spot.error(
            "length", f"expected [least, most] that hold the fields' {taken} bytes, got [{least}, {most}]"
        )
    _check_having(frame, least, spot)
    for one in fields:
        if one.field.name and (one.end or LONGEST) > least:
            raise one.spot.error("name", f"expected a field within the shortest frame of {least} bytes")
    return Sized(frame=frame, fields=tuple(fields), least=least, most=most, spot=spot)


def write_frame(source: Source, number: int, this: Sized, order: Order) -> None:
    """Write the function that decodes one frame."""
    frame = this.frame
    order = frame.order or order
    with source.block(f"def frame_{number}(reading, payload, size):  # {_plain(frame.name)}"):
        if frame.check is not None:
            source.line(f"{source.bind('check', checker(frame.check, frame.check.order or order))}(payload)")
        source.line("device = reading.device")
        source.line("at_ms = reading.at_ms")
        with source.block("if at_ms is None:"):
            source.line("at_ms, trust = reading.received_ms, reading.trust")
        with source.block("else:"):
            source.line("trust = DEVICE")
        scope = dated(source, Scope(least=this.least), this.fields)
        told = constants(source, scope, frame.set, this.spot)
        names = write_fields(source, scope, this.fields, told, {})
        if frame.repeat is not None:
            _write_repeat(source, frame.repeat, this, order, names)
        if frame.tlv is not None:
            spot = this.spot.inside("tlv")
            write_tlv(
                source,
                frame.tlv,
                Around(start=extent(this.fields), order=order, names=names, spot=spot),
            )
        source.line("return rows")
    source.line("")


def _plain(text: str) -> str:
    return "".join(char for char in text if char.isalnum() or char in " -_")


def _check_frame(frame: Frame, spot: Spot, headed: bool) -> None:
    if any(not 0 <= port <= 255 for port in frame.ports):
        raise spot.error("port", f"expected 0 to 255, got {frame.port}")
    if frame.first is not None:
        value, mask = frame.first.value, frame.first.mask
        if not 0 <= value <= 255 or not 0 <= mask <= 255 or value & ~mask:
            raise spot.error("first", f"expected a byte that fits its mask, got value {value}, mask {mask}")
    if frame.check is not None and frame.check.kind not in CHECKSUMS:
        raise spot.error("check", f"expected one of {', '.join(CHECKSUMS)}, got {frame.check.kind!r}")
    if frame.repeat is not None and frame.tlv is not None:
        raise spot.error("repeat", "expected repeat or tlv at a frame's end, got both")
    if not (headed or frame.field or frame.repeat or frame.tlv or frame.set):
        raise spot.error("field", "expected fields, or constants in set: a frame must say something")


def _check_having(frame: Frame, least: int, spot: Spot) -> None:
    for byte in frame.having:
        if not 0 <= byte.at < least:
            raise spot.error(
                "having", f"expected a byte within the shortest frame of {least} bytes, got {byte.at}"
            )
        if any(not 0 <= value <= 255 or value & ~byte.mask for value in byte.values):
            raise spot.error(
                "having", f"expected bytes that fit the mask, got {list(byte.values)}, mask {byte.mask}"
            )


def _write_repeat(
    source: Source, repeat: Repeat, this: Sized, order: Order, names: Mapping[str, str]
) -> None:
    spot = this.spot.inside("repeat")
    fields = placed(repeat.field, order, spot, frozenset(names))
    stride = extent(fields)
    if stride == 0 or any(one.end is None for one in fields):
        raise spot.error("field", "expected fields of a fixed width of at least one byte")
    start = repeat.at if repeat.at is not None else extent(this.fields)
    source.line(f"count = {_count(repeat, names, spot, start, stride)}")
    exact = (
        f"size - {start} != count * {stride}"
        if repeat.count == "end"
        else f"{start} + count * {stride} > size"
    )
    with source.block(f"if {exact} or count < 0:"):
        source.line(f"raise too_short('{stride} bytes a turn', {start} + max(count, 1) * {stride}, size)")
    with source.block("for turn in range(count):"):
        source.line(f"start = {start} + turn * {stride}")
        if repeat.each_device:
            source.line("each = f'{device}/{turn + 1}'")
        if repeat.every_s:
            source.line(f"at_turn = at_ms - turn * {round(repeat.every_s * 1000)}")
        scope = Scope(
            base="start",
            least=stride,
            device="each" if repeat.each_device else "device",
            at_ms="at_turn" if repeat.every_s else "at_ms",
        )
        write_fields(source, dated(source, scope, fields), fields, (), names)


def _count(repeat: Repeat, names: Mapping[str, str], spot: Spot, start: int, stride: int) -> str:
    if repeat.count == "end":
        return f"(size - {start}) // {stride}"
    if isinstance(repeat.count, int):
        return str(repeat.count)
    if repeat.count not in names:
        raise spot.error("count", f"expected a number, an earlier field's name or end, got {repeat.count!r}")
    return names[repeat.count]
