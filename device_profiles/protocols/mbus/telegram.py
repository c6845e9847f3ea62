"""What a meter's answer on the wire says: its CI field, who speaks, and the records (EN 13757-3)."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from device_profiles.errors import DecodeError
from device_profiles.protocols.mbus.fixed import read_fixed
from device_profiles.protocols.mbus.frame import Frame, FrameKind, read_frames
from device_profiles.protocols.mbus.header import LONG, SHORT, Header, read_long, read_short
from device_profiles.protocols.mbus.record import Records, read_records

_LONG_HEADER: Final = 0x72
_FIXED: Final = 0x73
_SHORT_HEADER: Final = 0x7A
_NO_HEADER: Final = 0x78
_ERROR: Final = 0x70
_ALARM: Final = 0x71
_HIGH_FIRST: Final = 0x04
# A master's control field has bit 6 set: then it is a question and no answer.
_FROM_MASTER: Final = 0x40
APPLICATION_ERRORS: Final[Mapping[int, str]] = {
    0: "unspecified error",
    1: "unimplemented CI field",
    2: "buffer too long, truncated",
    3: "too many records",
    4: "premature end of record",
    5: "more than 10 DIFEs",
    6: "more than 10 VIFEs",
    7: "reserved",
    8: "application too busy to answer",
    9: "too many readouts",
}
"""What a meter reports behind CI 70 (EN 13757-3, table 30)."""


class Telegram(Struct, frozen=True, kw_only=True):
    """A meter's answer.

    `error` says why the meter could not answer (CI 70), `alarm` is the alarm byte of CI 71.
    """

    header: Header
    records: Records
    error: str = ""
    error_code: int | None = None
    alarm: int | None = None
    bus_address: int = 0


def read_telegram(octets: bytes) -> Telegram:
    """Read one answer, or the several frames of a long one, one after the other.

    Raises:
        DecodeError: a frame is broken, is no answer with content, or its content breaks the standard's rules.
    """
    answers = [frame for frame in read_frames(octets) if frame.kind is not FrameKind.SINGLE]
    if not answers:
        raise DecodeError("expected a meter's answer, got an acknowledgement (E5)")
    first = frame_telegram(answers[0])
    rows = list(first.records.rows)
    last = first
    for frame in answers[1:]:
        last = frame_telegram(frame)
        if last.header.address != first.header.address:
            raise DecodeError("expected the frames of one meter, got those of several")
        rows += last.records.rows
    return first if last is first else replace(first, records=replace(last.records, rows=rows))


def frame_telegram(frame: Frame) -> Telegram:
    """Read what one frame says.

    Raises:
        DecodeError: as for `read_telegram`.
    """
    if frame.kind not in (FrameKind.LONG, FrameKind.CONTROL):
        raise DecodeError(f"expected a meter's answer with content, got a {frame.kind} frame")
    if frame.control & _FROM_MASTER:
        raise DecodeError(f"expected a meter's answer, got a question (control field {frame.control:02X})")
    return replace(read_content(frame.ci, frame.content), bus_address=frame.address)


def read_content(ci: int, content: bytes) -> Telegram:
    """Read what stands behind a CI field.

    Raises:
        DecodeError: the CI field is none of an answer, or the content breaks a rule.
    """
    if ci in (_LONG_HEADER, _FIXED, _SHORT_HEADER, _NO_HEADER):
        return _headed(ci, content)
    if ci == _ERROR:
        code = content[0] if content else 0
        words = APPLICATION_ERRORS.get(code, "unspecified error")
        return Telegram(header=Header(), records=Records(rows=()), error=words, error_code=code)
    if ci == _ALARM:
        if not content:
            raise DecodeError("expected an alarm byte, got none")
        return Telegram(header=Header(), records=Records(rows=()), alarm=content[0])
    if ci in (_LONG_HEADER | _HIGH_FIRST, _FIXED | _HIGH_FIRST):
        raise DecodeError(
            f"expected numbers with the low byte first, got CI {ci:02X} (mode 2), which no meter uses"
        )
    raise DecodeError(f"expected the CI field of an answer (70 to 73, 78, 7A), got {ci:02X}")


def _headed(ci: int, content: bytes) -> Telegram:
    if ci == _FIXED:
        header, records = read_fixed(content)
        return Telegram(header=header, records=records)
    if ci == _LONG_HEADER:
        return _open(read_long(content), content[LONG:])
    if ci == _SHORT_HEADER:
        return _open(read_short(content), content[SHORT:])
    return Telegram(header=Header(), records=read_records(content))


def _open(header: Header, content: bytes) -> Telegram:
    return Telegram(header=header, records=read_records(content))
