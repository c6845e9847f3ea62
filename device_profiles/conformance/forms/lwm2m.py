"""Rows of the LwM2M registry: a value of every resource's type is written here and read back, and facts must agree."""

import base64
import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from device_profiles.conformance.compare import same
from device_profiles.conformance.vector import Mismatch, Row, Setting, Vector
from device_profiles.errors import DecodeError
from device_profiles.protocols.lwm2m import OBJECTS, Type, read_contents, resource_at
from device_profiles.reading import Format

_MOMENT: Final = 1_700_000_000
# What is written for each type: its binary (LwM2M 1.1 core, appendix C), its text, and what it means.
_WRITTEN: Final[Mapping[str, Sequence[tuple[bytes, str, object]]]] = {
    "String": [("井盖 No. 1".encode(), "井盖 No. 1", "井盖 No. 1"), (b"", "", "")],
    "Corelnk": [(b"</3/0>;ver=1.1", "</3/0>;ver=1.1", "</3/0>;ver=1.1")],
    "Integer": [
        (b"\x85", "-123", -123),
        (b"\x01\x2c", "300", 300),
        (struct.pack(">i", -70_000), "-70000", -70_000),
        (struct.pack(">q", 2**40), str(2**40), 2**40),
    ],
    "Unsigned Integer": [(b"\xff", "255", 255), (b"\xff" * 8, str(2**64 - 1), 2**64 - 1)],
    "Float": [(struct.pack(">f", -1.5), "-1.5", -1.5), (struct.pack(">d", 23.1), "2.31e1", 23.1)],
    "Boolean": [(b"\x01", "1", True), (b"\x00", "0", False)],
    "Opaque": [(bytes(range(250, 256)) * 50, base64.b64encode(bytes(range(250, 256)) * 50).decode(), None)],
    "Time": [(struct.pack(">i", _MOMENT), str(_MOMENT), _MOMENT)],
    "Objlnk": [(struct.pack(">HH", 3431, 65_535), "3431:65535", "3431:65535")],
}


class _Case(Struct, frozen=True, kw_only=True):
    """One content that a device might send, with what it says: path → type and value."""

    payload: bytes
    form: Format
    path: str
    says: Mapping[str, tuple[str, object]]


def fits(row: Row) -> bool:
    """Say whether the row describes an object of the registry."""
    return isinstance(row.get("resources"), list) and str(row.get("urn", "")).startswith("urn:oma:lwm2m:")


def vector(row: Row, setting: Setting) -> Vector:
    """Make the row's test: all its resources as TLV, each alone as text, and what the table here says of them."""
    del setting
    resources = [one for one in row["resources"] if one["type"]]
    cases = list(_cases(int(row["id"]), resources))

    def decode() -> list[Mapping[str, object]]:
        return [_decoded(case) for case in cases]

    def compare(came: Sequence[Mapping[str, object]]) -> Mismatch | None:
        for case, found in zip(cases, came, strict=True):
            expected = {path: value for path, (_, value) in case.says.items()}
            if not same(expected, found):
                return Mismatch(expected=expected, came=found)
        return _facts_differ(int(row["id"]), resources)

    return Vector(decode=decode, compare=compare, invalid=bool(row.get("must_reject")))


def _decoded(case: _Case) -> Mapping[str, object]:
    """Read a content by nothing but the types that the row declares."""
    found: dict[str, object] = {}
    for stated in read_contents(case.payload, case.form, case.path):
        path = str(stated.path)
        if path not in case.says:
            raise DecodeError(f"expected one of {', '.join(case.says)}, got {path}")
        value = stated.read_as(Type(case.says[path][0]))
        found[path] = value.hex() if isinstance(value, bytes) else value
    return found


def _cases(number: int, resources: Sequence[Mapping[str, Any]]) -> Iterator[_Case]:
    for instance in (0, 300):
        says: dict[str, tuple[str, object]] = {}
        tree = b"".join(_resource(f"/{number}/{instance}", one, says) for one in resources)
        yield _Case(payload=tree, form=Format.LWM2M_TLV, path=f"/{number}/{instance}", says=says)
        yield _Case(payload=_tlv(0, instance, tree), form=Format.LWM2M_TLV, path=f"/{number}", says=says)
    for one in resources:
        for octets, text, value in _values(one["type"]):
            path = f"/{number}/0/{one['id']}"
            said = {path: (one["type"], _meant(octets, value))}
            yield _Case(payload=text.encode(), form=Format.TEXT, path=path, says=said)
            yield _Case(payload=_tlv(3, one["id"], octets), form=Format.LWM2M_TLV, path=path, says=said)


def _resource(instance: str, one: Mapping[str, Any], says: dict[str, tuple[str, object]]) -> bytes:
    values = _values(one["type"])
    path = f"{instance}/{one['id']}"
    if not one["multiple"]:
        octets, _, value = values[0]
        says[path] = (one["type"], _meant(octets, value))
        return _tlv(3, one["id"], octets)
    members = b""
    for place, (octets, _, value) in enumerate(values):
        says[f"{path}/{place}"] = (one["type"], _meant(octets, value))
        members += _tlv(1, place, octets)
    return _tlv(2, one["id"], members)


def _values(type: str) -> Sequence[tuple[bytes, str, object]]:
    if type not in _WRITTEN:
        raise ValueError(f"expected a type of the registry, got {type!r}")
    return _WRITTEN[type]


def _meant(octets: bytes, value: object) -> object:
    return octets.hex() if value is None else value


def _tlv(kind: int, id: int, value: bytes) -> bytes:
    """Write one entry, by other code than that which reads it."""
    head = kind * 64
    number = struct.pack(">B", id) if id < 256 else struct.pack(">H", id)
    head += 32 if len(number) == 2 else 0
    if len(value) < 8:
        return struct.pack(">B", head + len(value)) + number + value
    length = struct.pack(">I", len(value)).lstrip(b"\x00")
    return struct.pack(">B", head + 8 * len(length)) + number + length + value


def _facts_differ(number: int, resources: Sequence[Mapping[str, Any]]) -> Mismatch | None:
    """Compare what the table here says of the objects that it knows."""
    for one in resources if number in OBJECTS else ():
        known = resource_at(number, one["id"])
        if known is None:
            continue
        ours = {"name": known.name, "type": known.type, "units": known.unit, "multiple": known.multiple}
        theirs = {**{key: one[key] for key in ours}, "name": one["name"].strip()}
        if not same(theirs, ours):
            return Mismatch(expected=theirs, came=ours)
    return None
