"""Puts the fields of a register block in their places, and refuses tables that cannot be read from a device."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from msgspec import Struct

from device_profiles.declared.document import (
    Field,
    Kind,
    Order,
    Register,
    RegisterBlock,
    Registers,
)
from device_profiles.declared.register_kind import RegisterKind
from device_profiles.declared.spot import Spot
from device_profiles.protocols.modbus import BITS, MOST_BITS, MOST_REGISTERS, Block, Function

_KINDS: Final = {
    RegisterKind.UINT16: (Kind.UINT, 1),
    RegisterKind.INT16: (Kind.INT, 1),
    RegisterKind.UINT32: (Kind.UINT, 2),
    RegisterKind.INT32: (Kind.INT, 2),
    RegisterKind.UINT64: (Kind.UINT, 4),
    RegisterKind.INT64: (Kind.INT, 4),
    RegisterKind.FLOAT32: (Kind.FLOAT, 2),
    RegisterKind.FLOAT64: (Kind.FLOAT, 4),
}
_COUNTED: Final = {
    RegisterKind.BCD: Kind.BCD,
    RegisterKind.ASCII: Kind.ASCII,
    RegisterKind.SKIP: Kind.SKIP,
}
_LAST: Final = 65535


class Held(Struct, frozen=True, kw_only=True):
    """A field with the registers (or bits) that it takes: `at` counted from the block's first."""

    register: Register
    kind: RegisterKind
    at: int
    count: int
    words: Order
    bytes: Order
    spot: Spot

    @property
    def end(self) -> int:
        """The place behind the last register."""
        return self.at + self.count

    def field(self) -> Field:
        """Return the field of bytes that this is once the block's registers stand in their order."""
        one = self.register
        said = {name: getattr(one, name) for name in _SAME}
        if self.kind is RegisterKind.BIT:
            return Field(at=self.at // 8, bit=self.at % 8, **said)
        kind = _COUNTED.get(self.kind) or _KINDS[self.kind][0]
        return Field(kind=kind, at=2 * self.at, width=2 * self.count, bit=one.bit, bits=one.bits, **said)

    def moved(self) -> list[int]:
        """Return which byte of the block stands at each of the field's places, the highest first."""
        places = range(self.at, self.end)
        words = places if self.words is Order.BIG else reversed(places)
        low = self.bytes is Order.LITTLE
        return [2 * word + (half ^ low) for word in words for half in (0, 1)]


_SAME: Final = tuple(
    name for name in Field.__struct_fields__ if name not in ("kind", "at", "width", "order", "bit", "bits")
)


def checked_block(block: RegisterBlock, spot: Spot) -> Block:
    """Return what is asked for.

    Raises:
        ProfileError: no device can be asked for it.
    """
    if block.function not in tuple(Function):
        raise spot.error("function", f"expected 1, 2, 3 or 4, which read, got {block.function}")
    bits = block.function in BITS
    most, what = (MOST_BITS, "bits") if bits else (MOST_REGISTERS, "registers")
    if not 1 <= block.count <= most:
        raise spot.error("count", f"expected 1 to {most} {what} in one question, got {block.count}")
    if block.start < 0 or block.start + block.count - 1 > _LAST:
        raise spot.error("start", f"expected registers from 0 to {_LAST}, got {block.start}")
    return Block(function=Function(block.function), start=block.start, count=block.count)


def held_fields(block: RegisterBlock, table: Registers, spot: Spot) -> list[Held]:
    """Return the fields in their places.

    Raises:
        ProfileError: one lies outside of the block, two overlap, or a register is in none.
    """
    held: list[Held] = []
    follows = block.start
    for number, one in enumerate(block.field, 1):
        here = spot.inside(
            f"field {number}" + (f" ({one.name or one.property})" if one.name or one.property else "")
        )
        held.append(_held(one, block, follows, here, table))
        follows = block.start + held[-1].end
    _check_cover(held, block, spot)
    return held


def check_apart(blocks: Sequence[tuple[Block, Spot]]) -> None:
    """Refuse blocks that read the same registers twice.

    Raises:
        ProfileError: two blocks overlap.
    """
    for (before, _), (after, spot) in pairwise(
        sorted(blocks, key=lambda one: (one[0].function, one[0].start))
    ):
        if before.function == after.function and after.start < before.start + before.count:
            raise spot.error(
                "start",
                f"expected registers that no other block reads, got {after.start} of function {after.function} again",
            )


def _held(one: Register, block: RegisterBlock, follows: int, spot: Spot, table: Registers) -> Held:
    bits = block.function in BITS
    kind = one.kind or (RegisterKind.BIT if bits else RegisterKind.UINT16)
    if (kind is RegisterKind.BIT) is not bits and kind is not RegisterKind.SKIP:
        what = "bit, or skip, where coils or inputs are read" if bits else "a kind of registers"
        raise spot.error(
            "kind", f"expected {what}, got {kind}" + ("" if bits else "; one bit of a register is 'bit = 3'")
        )
    count = _count(one, kind, spot)
    first = follows if one.register is None else one.register
    at = first - block.start
    if at < 0 or at + count > block.count:
        last = block.start + block.count - 1
        raise spot.error(
            "register", f"expected {count} within {block.start} to {last}, which the block reads, got {first}"
        )
    words, order = one.words or table.words, one.bytes or table.bytes
    return Held(register=one, kind=kind, at=at, count=count, words=words, bytes=order, spot=spot)


def _count(one: Register, kind: RegisterKind, spot: Spot) -> int:
    if kind in _COUNTED:
        most = 4 if kind is RegisterKind.BCD else _LAST
        if not 1 <= one.registers <= most:
            raise spot.error("registers", f"expected 1 to {most}, got {one.registers}")
        return one.registers
    if one.registers != 1:
        raise spot.error("registers", f"expected none: {kind} says by itself how many there are")
    return 1 if kind is RegisterKind.BIT else _KINDS[kind][1]


def _check_cover(held: Sequence[Held], block: RegisterBlock, spot: Spot) -> None:
    """Each register stands in one field, or in several that read it in the same way (for its bits, or two meanings)."""
    end = 0
    for before, one in pairwise([None, *sorted(held, key=lambda one: (one.at, one.end))]):
        assert one is not None
        if before is not None and _same(before, one):
            continue
        if one.at < end:
            raise one.spot.error(
                "register", f"expected registers of its own, got {block.start + one.at} again"
            )
        if one.at > end:
            raise spot.error("field", _gap(block.start + end, block.start + one.at - 1))
        end = one.end
    if end < block.count:
        raise spot.error("field", _gap(block.start + end, block.start + block.count - 1))


def _same(before: Held, one: Held) -> bool:
    return (before.at, before.count, before.kind, before.words, before.bytes) == (
        one.at,
        one.count,
        one.kind,
        one.words,
        one.bytes,
    )


def _gap(first: int, last: int) -> str:
    return (
        f"expected a field for every register of the block, got none for {first} to {last}; "
        'where the device may be asked for them, write kind = "skip", else make two blocks'
    )
