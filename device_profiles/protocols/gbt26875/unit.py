"""The control unit that carries everything: @@ head, application data, checksum ##."""

from enum import IntEnum
from typing import Final

from msgspec import Struct

from device_profiles.errors import DecodeError
from device_profiles.protocols.heard import frames_in

START: Final = b"@@"
END: Final = b"##"
MOST_DATA: Final = 1024
_HEAD: Final = 27
_OVERHEAD: Final = 30
_FILLING: Final = b"\x00\r\n"
_LATEST_YEAR: Final = 99


class Command(IntEnum):
    """What a unit is for."""

    CONTROL = 1
    SEND = 2
    CONFIRM = 3
    REQUEST = 4
    ANSWER = 5
    DENY = 6


class Unit(Struct, frozen=True, kw_only=True):
    """One control unit; `time` is local, RFC 3339 without a zone, None where it is no time.

    Addresses are 12 hexadecimal digits, the highest byte first. `application` are the bytes of the application data.
    """

    serial: int
    source: str
    destination: str
    command: int
    application: bytes = b""
    version: tuple[int, int] = (1, 1)
    time: str | None = None


def read_unit(octets: bytes) -> tuple[Unit, bytes]:
    """Return the first unit and the bytes behind it.

    Raises:
        DecodeError: there is no unit, it is cut off, its end is missing or its checksum is wrong.
    """
    start = octets.find(START)
    if start < 0 or octets[:start].strip(_FILLING):
        raise DecodeError(f"start: expected @@, got {octets[:12].hex(' ') or 'nothing'}")
    body = octets[start:]
    if len(body) < _OVERHEAD:
        raise DecodeError(f"length: expected at least {_OVERHEAD} bytes from @@ on, got {len(body)}")
    length = int.from_bytes(body[24:26], "little")
    if length > MOST_DATA:
        raise DecodeError(f"length: expected at most {MOST_DATA} bytes of application data, got {length}")
    end = length + _OVERHEAD
    if len(body) < end:
        raise DecodeError(f"length: expected {end} bytes from @@ on, got {len(body)}")
    if body[end - 2 : end] != END:
        raise DecodeError(f"end: expected ## behind the checksum, got {body[end - 2 : end].hex()}")
    right, came = sum(body[2 : end - 3]) & 0xFF, body[end - 3]
    if came != right:
        raise DecodeError(f"checksum: expected {right:02X}, got {came:02X}")
    return _taken_apart(body[: end - 3]), body[end:]


def read_units(octets: bytes) -> list[Unit]:
    """Return every unit of a piece of a stream.

    Raises:
        DecodeError: as `read_unit`, or something else stands behind a unit.
    """
    return frames_in(octets, read_unit)


def write_unit(unit: Unit) -> bytes:
    """Return a unit's bytes.

    Raises:
        DecodeError: an address, the time or the application data are none.
    """
    if len(unit.application) > MOST_DATA:
        raise DecodeError(
            f"expected at most {MOST_DATA} bytes of application data, got {len(unit.application)}"
        )
    body = (
        unit.serial.to_bytes(2, "little")
        + bytes(unit.version)
        + _time_bytes(unit.time)
        + _address_bytes(unit.source)
        + _address_bytes(unit.destination)
        + len(unit.application).to_bytes(2, "little")
        + bytes((unit.command,))
        + unit.application
    )
    return START + body + bytes((sum(body) & 0xFF,)) + END


def answer_to(unit: Unit, command: Command, time: str) -> bytes:
    """Return the confirmation (or the denial) of a unit, sent at a local time.

    Raises:
        DecodeError: the time is none.
    """
    answer = Unit(
        serial=unit.serial,
        version=unit.version,
        time=time,
        source=unit.destination,
        destination=unit.source,
        command=command,
    )
    return write_unit(answer)


def local_time(octets: bytes) -> str | None:
    """Return six bytes of second, minute, hour, day, month and year; None where they are no time."""
    second, minute, hour, day, month, year = octets
    if not (1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second < 60):
        return None
    if year > _LATEST_YEAR:
        return None
    return f"20{year:02}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"


def _taken_apart(body: bytes) -> Unit:
    return Unit(
        serial=int.from_bytes(body[2:4], "little"),
        version=(body[4], body[5]),
        time=local_time(body[6:12]),
        source=body[12:18][::-1].hex(),
        destination=body[18:24][::-1].hex(),
        command=body[26],
        application=body[_HEAD:],
    )


def _time_bytes(time: str | None) -> bytes:
    if time is None:
        return bytes(6)
    try:
        date, clock = time[:10].split("-"), time[11:19].split(":")
        octets = bytes(int(part) for part in (*reversed(clock), *reversed(date[1:]), date[0][2:]))
    except ValueError as error:
        raise DecodeError(f"expected a time as 2024-05-06T07:08:09, got {time!r}") from error
    if len(octets) != 6 or local_time(octets) is None:
        raise DecodeError(f"expected a time as 2024-05-06T07:08:09, got {time!r}")
    return octets


def _address_bytes(address: str) -> bytes:
    try:
        octets = bytes.fromhex(address)
    except ValueError as error:
        raise DecodeError(f"expected an address of 12 hexadecimal digits, got {address!r}") from error
    if len(octets) != 6:
        raise DecodeError(f"expected an address of 12 hexadecimal digits, got {address!r}")
    return octets[::-1]
