"""Makes a codec and a dialogue of the [modbus] table of a profile.toml.

A reading is one or more blocks, each with its function (1 byte), start and count (2 bytes each, big-endian) before the
registers as the device sent them, so that it says by itself what it carries.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import cast

from msgspec import Struct

from device_profiles.declared import runtime
from device_profiles.declared.compile import bound_names
from device_profiles.declared.document import Frame, Order, Registers
from device_profiles.declared.frames import Sized, write_frame
from device_profiles.declared.layout import placed
from device_profiles.declared.places import Held, check_apart, checked_block, held_fields
from device_profiles.declared.source import Source
from device_profiles.declared.spot import Spot
from device_profiles.dialogue import Dialogue
from device_profiles.errors import DecodeError
from device_profiles.profile import Codec
from device_profiles.protocols.modbus import BITS, Block, RegisterDialogue, refusal_words
from device_profiles.reading import Format, Reading
from wire import Observation

_HEAD = 5
_REFUSED = 0x80
Decode = Callable[[Reading, bytes, int], list[Observation]]


class _Known(Struct, frozen=True, kw_only=True):
    """A block that can be read: `moved` says where each byte stands (nothing = where it is)."""

    name: str
    block: Block
    moved: Sequence[int]
    decode: Decode


class _Table(Struct, frozen=True, kw_only=True):
    """One block with its fields in their places."""

    name: str
    block: Block
    held: Sequence[Held]


def compile_registers(table: Registers, spot: Spot) -> tuple[Codec, Dialogue]:
    """Return the codec and the dialogue that a register table declares.

    Raises:
        ProfileError: a block or a field is declared wrongly; names file, table and key.
    """
    spot = spot.inside("modbus")
    if not table.block:
        raise spot.error("block", "expected at least one block to read")
    source = Source()
    tables = list(_written(source, table, spot))
    names = bound_names(source)
    exec(compile(source.text(), f"<{spot.path}>", "exec"), names)  # noqa: S102  # as in compile.py
    known = {one.block.head: _known(one, cast(Decode, names[f"frame_{n}"])) for n, one in enumerate(tables)}
    return _codec(known), RegisterDialogue([one.block for one in tables])


def _written(source: Source, table: Registers, spot: Spot) -> Iterator[_Table]:
    checked = []
    for number, one in enumerate(table.block, 1):
        here = spot.inside(f"block {number} ({one.name})")
        checked.append((checked_block(one, here), here))
    check_apart(checked)
    for number, (one, (block, here)) in enumerate(zip(table.block, checked, strict=True)):
        if not any(each.property for each in one.field):
            raise here.error("field", "expected a field with a property: a block must say something")
        held = held_fields(one, table, here)
        fields = tuple(placed([each.field() for each in held], Order.BIG, here))
        size = block.size
        frame = Sized(frame=Frame(name=one.name), fields=fields, least=size, most=size, spot=here)
        write_frame(source, number, frame, Order.BIG)
        yield _Table(name=one.name, block=block, held=held)


def _known(one: _Table, decode: Decode) -> _Known:
    return _Known(name=one.name, block=one.block, moved=_moved(one), decode=decode)


def _moved(one: _Table) -> list[int]:
    """Return which byte of the answer stands at each place, or nothing where all stand where they are."""
    if one.block.function in BITS:
        return []
    moved = list(range(one.block.size))
    for each in one.held:
        moved[2 * each.at : 2 * each.end] = each.moved()
    return [] if moved == sorted(moved) else moved


def _codec(known: Mapping[bytes, _Known]) -> Codec:
    def decode(reading: Reading, /) -> Sequence[Observation]:
        if reading.format is not Format.BYTES:
            raise runtime.not_bytes(reading)
        payload, size = reading.payload, len(reading.payload)
        rows: list[Observation] = []
        at = 0
        while at < size or not size:
            one = known.get(payload[at : at + _HEAD])
            if one is None:
                raise _not_read(payload[at:], known)
            stop = at + _HEAD + one.block.size
            if stop > size:
                raise runtime.too_short(one.name, stop, size)
            registers = payload[at + _HEAD : stop]
            if one.moved:
                registers = bytes([registers[place] for place in one.moved])
            rows += one.decode(reading, registers, one.block.size)
            at = stop
        return rows

    return decode


def _not_read(payload: bytes, known: Mapping[bytes, _Known]) -> DecodeError:
    """Return the error of a refusal, or of registers that the profile does not read."""
    if len(payload) > _HEAD and payload[0] & _REFUSED:
        one = known.get(bytes([payload[0] & ~_REFUSED]) + payload[1:_HEAD])
        if one is not None:
            return DecodeError(f"the device refused to give {one.name}: {refusal_words(payload[_HEAD])}")
    near = " or ".join(f"{one.name} ({head.hex()})" for head, one in known.items())
    return DecodeError(f"expected function, start and count of {near}; got {payload[:16].hex() or 'nothing'}")
