"""The questions that a meter is asked."""

from device_profiles.errors import DecodeError
from device_profiles.protocols.dlt645.control import ADDRESS, FOLLOW_1997, FOLLOW_2007, READ_1997, READ_2007
from device_profiles.protocols.dlt645.frame import Frame, write_frame

ANYBODY = "a" * 12
"""The address that every meter answers to: for a line with one meter only."""
EVERYBODY = "9" * 12
"""The address that every meter hears and none answers to."""
_WAKE_UP = b"\xfe" * 4
_BROADCAST_TIME = 0x08


def read_question(address: str, identifier: int, version: int = 2007) -> bytes:
    """Return the question for what stands behind an identifier.

    Raises:
        DecodeError: it is no address, or no identifier of that edition.
    """
    width, control = (4, READ_2007) if version == 2007 else (2, READ_1997)
    return _sent(address, control, _identifier(identifier, width))


def follow_question(address: str, identifier: int, sequence: int, version: int = 2007) -> bytes:
    """Return the question for the rest of an answer after which more follows; `sequence` counts from 1.

    Raises:
        DecodeError: as `read_question`, or the sequence is no byte.
    """
    if not 0 <= sequence <= 0xFF:
        raise DecodeError(f"expected a sequence of 1 to 255, got {sequence}")
    if version == 2007:
        return _sent(address, FOLLOW_2007, _identifier(identifier, 4) + bytes((sequence,)))
    return _sent(address, FOLLOW_1997, _identifier(identifier, 2))


def address_question() -> bytes:
    """Return the question for the address of the one meter on a line (edition of 2007)."""
    return _sent(ANYBODY, ADDRESS, b"")


def time_broadcast(clock: str) -> bytes:
    """Return the frame that sets every meter's clock, which none answers; `clock` is YYMMDDhhmmss, local time.

    Raises:
        DecodeError: it is no such clock.
    """
    if len(clock) != 12 or not (clock.isascii() and clock.isdigit()):
        raise DecodeError(f"expected a clock as YYMMDDhhmmss, got {clock!r}")
    return _sent(EVERYBODY, _BROADCAST_TIME, bytes.fromhex(clock)[::-1])


def _identifier(identifier: int, width: int) -> bytes:
    try:
        return identifier.to_bytes(width, "little")
    except OverflowError as error:
        raise DecodeError(f"expected an identifier of {width} bytes, got {identifier:#x}") from error


def _sent(address: str, control: int, data: bytes) -> bytes:
    return _WAKE_UP + write_frame(Frame(address=address, control=control, data=data))
