"""Writes the source of a tag-length-value run: reading each tag, finding what it means, and what is unknown."""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from device_profiles.declared.document import More, Order, Tag, Tlv, Unfit
from device_profiles.declared.fields import constants, write_fields
from device_profiles.declared.layout import check_part, extent, placed
from device_profiles.declared.raws import Scope
from device_profiles.declared.source import Source
from device_profiles.declared.spot import Spot
from device_profiles.declared.times import dated

_FEW = 4
"""So many tags are asked for one after the other; more are halved first."""


class Around(Struct, frozen=True, kw_only=True):
    """What a run of tags is told by its frame: where it starts, byte order, named raw numbers, and its place."""

    start: int
    order: Order
    names: Mapping[str, str]
    spot: Spot


def write_tlv(source: Source, tlv: Tlv, around: Around) -> None:
    """Write the loop over the tags.

    Raises:
        ProfileError: the run is declared wrongly; names file, table and key.
    """
    _check(tlv, around.spot)
    start = tlv.at if tlv.at is not None else around.start
    name = str(tlv.order or around.order)
    source.line(f"start = {start}")
    with source.block("while start < size:"):
        source.line(f"stop = start + {tlv.tag_width + tlv.length_width}")
        with source.block("if stop > size:"):
            source.line("raise too_short('a tag', stop, size)")
        source.line(f"tag = {_number('start', tlv.tag_width, name)}")
        if tlv.length_width:
            source.line(f"length = {_number(f'start + {tlv.tag_width}', tlv.length_width, name)}")
            source.line("start = stop")
            source.line("stop += length")
            with source.block("if stop > size:"):
                source.line("raise too_short(f'tag 0x{tag:x}', stop, size)")
        else:
            source.line("start = stop")
        cases = sorted(((value, tag) for tag in tlv.tag for value in tag.tags), key=lambda case: case[0])
        _write_cases(source, cases, tlv, around, start)
        source.line("start = stop")


def _number(at: str, width: int, order: str) -> str:
    """Return the expression of a number of one byte, of two, or of more."""
    if width == 1:
        return f"payload[{at}]"
    if width == 2:
        high, low = (at, f"{at} + 1") if order == "big" else (f"{at} + 1", at)
        return f"payload[{high}] << 8 | payload[{low}]"
    return f"int.from_bytes(payload[{at}:{at} + {width}], {order!r})"


def _write_cases(
    source: Source, cases: Sequence[tuple[int, Tag]], tlv: Tlv, around: Around, begin: int
) -> None:
    """Write the way from a tag's number to what it means; many are halved, so that none waits behind all others."""
    if len(cases) > _FEW:
        half = len(cases) // 2
        with source.block(f"if tag < {cases[half][0]}:"):
            _write_cases(source, cases[:half], tlv, around, begin)
        with source.block("else:"):
            _write_cases(source, cases[half:], tlv, around, begin)
        return
    for number, (value, tag) in enumerate(cases):
        with source.block(f"{'elif' if number else 'if'} tag == {value}:"):
            _write_tag(source, tag, tlv, around, f"0x{value:x}")
    _write_unknown(source, tlv, begin)


def _write_tag(source: Source, tag: Tag, tlv: Tlv, around: Around, called: str) -> None:
    spot = around.spot.inside(f"tag {called}")
    check_part(tag.part, spot)
    fields = placed(tag.field, around.order, spot, frozenset(around.names))
    taken = extent(fields)
    mores = tag.more if isinstance(tag.more, tuple) else (tag.more,)
    if mores and tlv.length_width:
        raise spot.error("more", "expected a length_width of 0: the length says already what follows")
    if tlv.length_width == 0:
        if any(one.end is None for one in fields):
            raise spot.error("width", "expected a width, because no length stands before the fields")
        if taken:
            source.line(f"stop = start + {taken}")
            with source.block("if stop > size:"):
                source.line(f"raise too_short('tag {called}', stop, size)")
    else:
        unfit = "<" if any(one.end is None for one in fields) else "!="
        with source.block(f"if stop - start {unfit} {taken}:"):
            source.line(f"raise out_of_range('tag {called}', f'{{stop - start}} bytes', 'of {taken} bytes')")
    device = f"device + {source.bind('part', f'/{tag.part}')}" if tag.part else "device"
    scope = dated(source, Scope(base="start", stop="stop", least=taken, device=device), fields)
    told = constants(source, scope, tag.set, spot)
    write_fields(source, scope, fields, told, around.names)
    for number, more in enumerate(mores):
        _write_more(source, more, "elif" if number else "if", (scope, taken), (around, spot, called))


def _write_more(
    source: Source, more: More, word: str, own: tuple[Scope, int], place: tuple[Around, Spot, str]
) -> None:
    """Write the fields that follow a tag's own under a condition; they begin where those end."""
    scope, taken = own
    around, spot, called = place
    if not 0 <= more.at < taken:
        raise spot.error("more", f"expected a byte within the tag's own {taken} bytes, got {more.at}")
    fields = placed(more.field, around.order, spot.inside("more"), frozenset(around.names))
    if any(one.end is None for one in fields):
        raise spot.error("more", "expected fields with a width")
    with source.block(f"{word} payload[{scope.place(more.at)}] in {(*more.values, -1)}:"):
        source.line("start = stop")
        source.line(f"stop += {extent(fields)}")
        with source.block("if stop > size:"):
            source.line(f"raise too_short('tag {called}', stop, size)")
        write_fields(source, replace(scope, least=extent(fields)), fields, (), around.names)


def _write_unknown(source: Source, tlv: Tlv, begin: int) -> None:
    if tlv.unknown is Unfit.DROP:
        return
    known = ", ".join(f"0x{value:x}" for tag in tlv.tag for value in tag.tags)
    head = tlv.tag_width + tlv.length_width
    with source.block("else:"):
        if tlv.unknown is Unfit.STOP:
            with source.block(f"if start > {begin + head}:"):
                left = f"size - start + {tlv.tag_width}"
                shown = f"property=unread, value={left}, at_ms=at_ms, trust=trust"
                source.line(f"rows.append(Observation(device=device, {shown}))")
                source.line("break")
        text = source.bind("text", f"of {known}")
        source.line(f"raise out_of_range('tag', f'0x{{tag:x}}', {text})")


def _check(tlv: Tlv, spot: Spot) -> None:
    tags = [value for tag in tlv.tag for value in tag.tags]
    if not tags or len(set(tags)) != len(tags):
        twice = sorted({f"0x{value:x}" for value in tags if tags.count(value) > 1})
        raise spot.error("tag", f"expected each tag once, got {', '.join(twice) or 'none'} more often")
    if not 1 <= tlv.tag_width <= 4 or not 0 <= tlv.length_width <= 4:
        raise spot.error("tag_width", "expected 1 to 4 bytes of tag and 0 to 4 bytes of length")
    if max(tags) >> tlv.tag_width * 8:
        raise spot.error("tag", f"expected tags of {tlv.tag_width} bytes, got 0x{max(tags):x}")
    if tlv.unknown is Unfit.DROP and tlv.length_width == 0:
        raise spot.error(
            "unknown", "expected a length_width, because nobody knows how long an unknown tag is"
        )
    if tlv.unknown is Unfit.STOP and tlv.length_width:
        raise spot.error("unknown", "expected refuse or drop where each tag says how long it is")
