"""What an LwM2M device says about its resources, in any of its forms, as one list of paths and values."""

from collections.abc import Iterator, Sequence
from enum import Enum, auto
from typing import Any, Final

import msgspec
from msgspec import Struct

from device_profiles.errors import DecodeError
from device_profiles.protocols.lwm2m.path import Path, made_path, read_path
from device_profiles.protocols.lwm2m.tlv import Entry, Kind, read_tlv
from device_profiles.protocols.lwm2m.value import Type, Value, from_binary, from_plain, from_text
from device_profiles.reading import Format


class Writing(Enum):
    """How a value is written: as binary, as text, or typed by its form."""

    BINARY = auto()
    TEXT = auto()
    PLAIN = auto()


class Stated(Struct, frozen=True, kw_only=True):
    """One resource's value, as it was written; `seconds` as in SenML, none where no time was given."""

    path: Path
    value: Value
    writing: Writing
    seconds: float | None = None

    def read_as(self, type: Type) -> Value:
        """Return the value, of this type.

        Raises:
            DecodeError: it cannot be one.
        """
        try:
            if self.writing is Writing.BINARY:
                assert isinstance(self.value, bytes)
                return from_binary(self.value, type)
            if self.writing is Writing.TEXT:
                return from_text(str(self.value), type)
            return from_plain(self.value, type)
        except DecodeError as error:
            raise DecodeError(f"LwM2M {self.path}: {error}") from error


class _JsonEntry(Struct, frozen=True, kw_only=True):
    n: str = ""
    v: int | float | None = None
    sv: str | None = None
    bv: bool | None = None
    ov: str | None = None
    t: int | float = 0


class _Json(Struct, frozen=True, kw_only=True):
    e: list[_JsonEntry]
    bn: str = ""
    bt: int | float | None = None


_json: Final = msgspec.json.Decoder(_Json)
_DEPTH: Final = {Kind.INSTANCE: 2, Kind.RESOURCE: 3, Kind.MULTIPLE: 3, Kind.MEMBER: 4}


def read_contents(payload: bytes, form: Format, path: str) -> list[Stated]:
    """Return the values in a content that was read or observed at `path`; SenML has its own reader.

    Raises:
        DecodeError: the bytes are not in this form, or speak of something else than the path.
    """
    base = read_path(path)
    if form is Format.LWM2M_TLV:
        return [stated for entry in read_tlv(payload) for stated in _flat(entry, base)]
    if form is Format.LWM2M_JSON:
        return _read_json(payload, path)
    if base.resource is None:
        raise DecodeError(f"expected a single resource's path for {form}, got {base}")
    if form is Format.TEXT:
        try:
            return [Stated(path=base, value=payload.decode(), writing=Writing.TEXT)]
        except UnicodeDecodeError as error:
            raise DecodeError(f"expected UTF-8 as the text of {base}, got {payload[:40]!r}") from error
    return [Stated(path=base, value=payload, writing=Writing.BINARY)]


def _flat(entry: Entry, base: Path) -> Iterator[Stated]:
    path = _place(entry, base)
    if entry.kind in (Kind.INSTANCE, Kind.MULTIPLE):
        for held in entry.entries:
            yield from _flat(held, path)
    else:
        yield Stated(path=path, value=entry.value, writing=Writing.BINARY)


def _place(entry: Entry, base: Path) -> Path:
    """Return where an entry stands; it may repeat the last number of the path, and instance 0 may go unsaid."""
    depth, parts = _DEPTH[entry.kind], base.parts
    if len(parts) == 1 and depth == 3:
        parts = (*parts, 0)
    if len(parts) == depth and parts[-1] == entry.id:
        return base
    if len(parts) != depth - 1:
        raise DecodeError(f"expected TLV about {base}, got {entry.kind.name.lower()} {entry.id}")
    return made_path(*parts, entry.id)


def _read_json(payload: bytes, path: str) -> list[Stated]:
    try:
        found = _json.decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DecodeError(f"expected LwM2M JSON: {error}") from error
    base = found.bn or path
    return [_json_stated(entry, base, found.bt) for entry in found.e]


def _json_stated(entry: _JsonEntry, base: str, since: float | None) -> Stated:
    """LwM2M 1.1 core, 7.4.5: base and name are joined; some devices leave out the slash between them."""
    name = base.rstrip("/") + "/" + entry.n.lstrip("/") if entry.n else base
    return Stated(
        path=read_path(name),
        value=_json_value(entry),
        writing=Writing.PLAIN,
        seconds=None if since is None and not entry.t else float(since or 0) + float(entry.t),
    )


def _json_value(entry: _JsonEntry) -> Value:
    given: Sequence[Any] = [one for one in (entry.v, entry.sv, entry.bv, entry.ov) if one is not None]
    if len(given) != 1:
        raise DecodeError(f"expected one of v, sv, bv and ov for {entry.n!r}, got {len(given)}")
    value: Value = given[0]
    return value
