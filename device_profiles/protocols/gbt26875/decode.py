"""What the application data say: information objects, one after the other."""

from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import Final

from msgspec import Struct

from device_profiles.errors import DecodeError
from device_profiles.protocols.gbt26875.unit import local_time


class Kind(IntEnum):
    """What the objects of a unit are (table 3)."""

    SYSTEM_STATE = 1
    COMPONENT_STATE = 2
    ANALOGUE = 3
    OPERATION = 4
    SYSTEM_VERSION = 5
    SYSTEM_SETUP = 6
    COMPONENT_SETUP = 7
    SYSTEM_TIME = 8
    DEVICE_STATE = 21
    DEVICE_OPERATION = 24
    DEVICE_VERSION = 25
    DEVICE_SETUP = 26
    DEVICE_TIME = 28


class Object(Struct, frozen=True, kw_only=True):
    """One information object; what its kind does not have is None.

    `system` and `component` are kinds, `system_address` and `address` (eight hexadecimal digits) say which one.
    `bits` are a state or an operation. `analogue` is the kind of an analogue value, `raw` its whole number. `time`
    is local, RFC 3339 without a zone, None where it is no time.
    """

    kind: Kind
    system: int | None = None
    system_address: int | None = None
    component: int | None = None
    address: str | None = None
    bits: int = 0
    operator: int | None = None
    analogue: int | None = None
    raw: int | None = None
    text: str = ""
    version: str = ""
    time: str | None = None


def read_objects(application: bytes) -> list[Object]:
    """Return the objects of application data.

    Raises:
        DecodeError: their kind is not known, or they are not as long as they must be.
    """
    if len(application) < 2:
        raise DecodeError(f"expected a kind and a count of objects, got {len(application)} bytes")
    number, count = application[0], application[1]
    try:
        kind = Kind(number)
    except ValueError as error:
        raise DecodeError(f"expected objects of a known kind, got kind {number}") from error
    width, read = _OBJECTS[kind]
    at = 2
    found = []
    for _ in range(count):
        end = at + width
        if kind in _TEXTED and end <= len(application):
            end += application[end - 1]
        if end > len(application):
            raise DecodeError(f"expected {count} objects of kind {number}, got {len(application)} bytes")
        found.append(read(kind, application[at:end]))
        at = end
    if at != len(application):
        raise DecodeError(f"expected the end behind {count} objects, got {len(application) - at} more bytes")
    return found


def _system_state(kind: Kind, octets: bytes) -> Object:
    return Object(
        kind=kind,
        system=octets[0],
        system_address=octets[1],
        bits=int.from_bytes(octets[2:4], "little"),
        time=local_time(octets[4:10]),
    )


def _component_state(kind: Kind, octets: bytes) -> Object:
    return Object(
        kind=kind,
        system=octets[0],
        system_address=octets[1],
        component=octets[2],
        address=octets[3:7][::-1].hex(),
        bits=int.from_bytes(octets[7:9], "little"),
        text=_text(octets[9:40]),
        time=local_time(octets[40:46]),
    )


def _analogue(kind: Kind, octets: bytes) -> Object:
    return Object(
        kind=kind,
        system=octets[0],
        system_address=octets[1],
        component=octets[2],
        address=octets[3:7][::-1].hex(),
        analogue=octets[7],
        raw=int.from_bytes(octets[8:10], "little", signed=True),
        time=local_time(octets[10:16]),
    )


def _operation(kind: Kind, octets: bytes) -> Object:
    return Object(
        kind=kind,
        system=octets[0],
        system_address=octets[1],
        bits=octets[2],
        operator=octets[3],
        time=local_time(octets[4:10]),
    )


def _system_version(kind: Kind, octets: bytes) -> Object:
    version = f"{octets[2]}.{octets[3]}"
    return Object(kind=kind, system=octets[0], system_address=octets[1], version=version)


def _system_setup(kind: Kind, octets: bytes) -> Object:
    return Object(kind=kind, system=octets[0], system_address=octets[1], text=_text(octets[3:]))


def _component_setup(kind: Kind, octets: bytes) -> Object:
    return Object(
        kind=kind,
        system=octets[0],
        system_address=octets[1],
        component=octets[2],
        address=octets[3:7][::-1].hex(),
        text=_text(octets[7:38]),
    )


def _system_time(kind: Kind, octets: bytes) -> Object:
    return Object(kind=kind, system=octets[0], system_address=octets[1], time=local_time(octets[2:8]))


def _device_state(kind: Kind, octets: bytes) -> Object:
    return Object(kind=kind, bits=octets[0], time=local_time(octets[1:7]))


def _device_operation(kind: Kind, octets: bytes) -> Object:
    return Object(kind=kind, bits=octets[0], operator=octets[1], time=local_time(octets[2:8]))


def _device_version(kind: Kind, octets: bytes) -> Object:
    return Object(kind=kind, version=f"{octets[0]}.{octets[1]}")


def _device_setup(kind: Kind, octets: bytes) -> Object:
    return Object(kind=kind, text=_text(octets[1:]))


def _device_time(kind: Kind, octets: bytes) -> Object:
    return Object(kind=kind, time=local_time(octets))


# How many bytes an object takes, and how it is read; a texted one has the length of its text in its last byte.
_OBJECTS: Final[Mapping[Kind, tuple[int, Callable[[Kind, bytes], Object]]]] = {
    Kind.SYSTEM_STATE: (10, _system_state),
    Kind.COMPONENT_STATE: (46, _component_state),
    Kind.ANALOGUE: (16, _analogue),
    Kind.OPERATION: (10, _operation),
    Kind.SYSTEM_VERSION: (4, _system_version),
    Kind.SYSTEM_SETUP: (3, _system_setup),
    Kind.COMPONENT_SETUP: (38, _component_setup),
    Kind.SYSTEM_TIME: (8, _system_time),
    Kind.DEVICE_STATE: (7, _device_state),
    Kind.DEVICE_OPERATION: (8, _device_operation),
    Kind.DEVICE_VERSION: (2, _device_version),
    Kind.DEVICE_SETUP: (1, _device_setup),
    Kind.DEVICE_TIME: (6, _device_time),
}
_TEXTED: Final = frozenset({Kind.SYSTEM_SETUP, Kind.DEVICE_SETUP})


def _text(octets: bytes) -> str:
    """Return a text in GB 18030; what fills it up is left out, what is no text is replaced."""
    return octets.strip(b"\x00\xff ").decode("gb18030", errors="replace").replace("\x00", "")
