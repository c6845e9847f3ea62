"""What an APDU asks, answers or reports: every service of the standard, as a table of what it is made of."""

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from device_profiles.errors import DecodeError
from device_profiles.protocols.dlt698.cursor import Cursor
from device_profiles.protocols.dlt698.data import (
    Data,
    columns,
    date_time,
    date_time_s,
    fixed,
    hexed,
    identity,
    interval,
    oad,
    read_data,
    selection,
    terminal,
    text,
)

_Read = Callable[[Cursor], object]
Fields = Mapping[str, object]
"""The named parts of a service."""


class Result(Struct, frozen=True, kw_only=True):
    """What came of reading one attribute: its data, or why there are none (DAR)."""

    oad: str
    data: Data | None = None
    dar: int | None = None


class Records(Struct, frozen=True, kw_only=True):
    """What came of reading records: the columns, and a row of data each record; or why there are none (DAR)."""

    oad: str
    columns: list[str | dict[str, object]]
    rows: list[list[Data]] = []
    dar: int | None = None


class Apdu(Struct, frozen=True, kw_only=True):
    """One APDU: the name of its service, the number that ties answer to question, and its parts.

    `follow` are the results that a meter adds to an answer by itself. `time_tag` says when the client sent and how
    long its question may take. `acd` is set where a meter has something to report. `secured` is an APDU inside an
    envelope; only one in plain text can be read.
    """

    tag: int
    service: str
    piid: int | None
    fields: Fields
    acd: bool = False
    follow: object = None
    time_tag: object = None
    secured: bytes | None = None


def parts(**reads: _Read) -> _Read:
    """Return how to read named parts one after the other."""
    return lambda cursor: {name: read(cursor) for name, read in reads.items()}


def many(read: _Read) -> _Read:
    """Return how to read a counted sequence."""
    return lambda cursor: cursor.several(read)


def maybe(read: _Read) -> _Read:
    """Return how to read what a byte in front of it says is there or not."""

    def optional(cursor: Cursor) -> object:
        there = cursor.number(1)
        if there > 1:
            raise DecodeError(f"expected 00 or 01 in front of what may be left out, got {there:02X}")
        return read(cursor) if there else None

    return optional


def choice(reads: Mapping[int, _Read]) -> _Read:
    """Return how to read one of several things, told by a number in front."""

    def chosen(cursor: Cursor) -> object:
        number = cursor.number(1)
        read = reads.get(number)
        if read is None:
            raise DecodeError(f"expected one of {', '.join(map(str, reads))}, got {number}")
        return read(cursor)

    return chosen


def _byte(cursor: Cursor) -> int:
    return cursor.number(1)


def _two(cursor: Cursor) -> int:
    return cursor.number(2)


def _four(cursor: Cursor) -> int:
    return cursor.number(4)


def _truth(cursor: Cursor) -> bool:
    return bool(cursor.number(1))


def _nothing(_cursor: Cursor) -> None:
    return None


def _link_result(cursor: Cursor) -> dict[str, object]:
    """Bit 7 says that the server's clock can be trusted, bits 0 to 2 whether it takes the meter."""
    described = cursor.number(1)
    return {"clock_trusted": bool(described & 0x80), "code": described & 0x07}


def _result(cursor: Cursor) -> Result:
    name = oad(cursor)
    kind = cursor.number(1)
    if kind == 0:
        return Result(oad=name, dar=cursor.number(1))
    if kind == 1:
        return Result(oad=name, data=read_data(cursor))
    raise DecodeError(f"expected a result of kind 0 (DAR) or 1 (data), got {kind}")


def _records(cursor: Cursor) -> Records:
    name, head = oad(cursor), columns(cursor)
    kind = cursor.number(1)
    if kind == 0:
        return Records(oad=name, columns=head, dar=cursor.number(1))
    if kind != 1:
        raise DecodeError(f"expected records of kind 0 (DAR) or 1 (rows), got {kind}")
    if not head:
        raise DecodeError("expected at least one column in front of the records")
    rows = cursor.several(lambda inner: [read_data(inner) for _ in head])
    return Records(oad=name, columns=head, rows=rows)


_GET_RECORD = parts(oad=oad, selection=selection, columns=columns)
_RESULTS = many(_result)
_ALL_RECORDS = many(_records)
_SET = parts(oad=oad, data=read_data)
_SET_GET = parts(oad=oad, data=read_data, read=oad, delay_s=_byte)
_ACT = parts(omd=oad, data=read_data)
_ACT_GET = parts(omd=oad, data=read_data, read=oad, delay_s=_byte)
_DONE = parts(oad=oad, dar=_byte)
_DONE_GET = parts(oad=oad, dar=_byte, result=_result)
_ACTED = parts(omd=oad, dar=_byte, data=maybe(read_data))
_ACTED_GET = parts(omd=oad, dar=_byte, data=maybe(read_data), result=_result)
_FACTORY = parts(
    vendor=fixed(4),
    software=fixed(4),
    software_date=fixed(6),
    hardware=fixed(4),
    hardware_date=fixed(6),
    more=fixed(8),
)
_TWO_STRINGS = parts(cipher=hexed, signature=hexed)
_MECHANISM = choice({0: _nothing, 1: parts(password=text), 2: _TWO_STRINGS, 3: _TWO_STRINGS})


def _targets(read: _Read) -> _Read:
    return parts(timeout_s=_two, targets=many(parts(server=terminal, timeout_s=_two, items=many(read))))


def _answers(read: _Read) -> _Read:
    return parts(targets=many(parts(server=terminal, results=many(read))))


# The services that a choice follows: tag → (name, {choice: (suffix, parts)}).
# fmt: off
_CHOSEN: Final[Mapping[int, tuple[str, Mapping[int, tuple[str, _Read]]]]] = {
    5: ("GetRequest", {
        1: ("Normal", parts(oad=oad)),
        2: ("NormalList", parts(oads=many(oad))),
        3: ("Record", _GET_RECORD),
        4: ("RecordList", parts(records=many(_GET_RECORD))),
        5: ("Next", parts(block=_two)),
        6: ("MD5", parts(oad=oad)),
    }),
    6: ("SetRequest", {
        1: ("Normal", _SET),
        2: ("NormalList", parts(items=many(_SET))),
        3: ("ThenGetNormalList", parts(items=many(_SET_GET))),
    }),
    7: ("ActionRequest", {
        1: ("Normal", _ACT),
        2: ("NormalList", parts(items=many(_ACT))),
        3: ("ThenGetNormalList", parts(items=many(_ACT_GET))),
    }),
    8: ("ReportResponse", {
        1: ("List", parts(oads=many(oad))),
        2: ("RecordList", parts(oads=many(oad))),
        3: ("TransData", parts()),
    }),
    9: ("ProxyRequest", {
        1: ("GetList", _targets(oad)),
        2: ("GetRecord", parts(timeout_s=_two, server=terminal, oad=oad, selection=selection, columns=columns)),
        3: ("SetList", _targets(_SET)),
        4: ("SetThenGetList", _targets(_SET_GET)),
        5: ("ActionList", _targets(_ACT)),
        6: ("ActionThenGetList", _targets(_ACT_GET)),
        7: ("TransCommand", parts(
            oad=oad, port=fixed(5), timeout_s=_two, byte_timeout_ms=_two, command=hexed)),
    }),
    133: ("GetResponse", {
        1: ("Normal", parts(result=_result)),
        2: ("NormalList", parts(results=_RESULTS)),
        3: ("Record", parts(result=_records)),
        4: ("RecordList", parts(results=_ALL_RECORDS)),
        5: ("Next", parts(last=_truth, block=_two, results=choice({
            0: parts(dar=_byte), 1: _RESULTS, 2: _ALL_RECORDS}))),
        6: ("MD5", parts(oad=oad, result=choice({0: parts(dar=_byte), 1: parts(md5=hexed)}))),
    }),
    134: ("SetResponse", {
        1: ("Normal", _DONE),
        2: ("NormalList", parts(results=many(_DONE))),
        3: ("ThenGetNormalList", parts(results=many(_DONE_GET))),
    }),
    135: ("ActionResponse", {
        1: ("Normal", _ACTED),
        2: ("NormalList", parts(results=many(_ACTED))),
        3: ("ThenGetNormalList", parts(results=many(_ACTED_GET))),
    }),
    136: ("ReportNotification", {
        1: ("List", parts(results=_RESULTS)),
        2: ("RecordList", parts(results=_ALL_RECORDS)),
        3: ("TransData", parts(oad=oad, octets=many(hexed))),
    }),
    137: ("ProxyResponse", {
        1: ("GetList", _answers(_result)),
        2: ("GetRecord", parts(server=terminal, result=_records)),
        3: ("SetList", _answers(_DONE)),
        4: ("SetThenGetList", _answers(_DONE_GET)),
        5: ("ActionList", _answers(_ACTED)),
        6: ("ActionThenGetList", _answers(_ACTED_GET)),
        7: ("TransCommand", parts(oad=oad, result=choice({0: parts(dar=_byte), 1: hexed}))),
    }),
}
# The services without a choice.
_PLAIN: Final[Mapping[int, tuple[str, _Read]]] = {
    1: ("LinkRequest", parts(kind=_byte, heartbeat_s=_two, requested=date_time)),
    129: ("LinkResponse", parts(result=_link_result, requested=date_time, received=date_time, responded=date_time)),
    2: ("ConnectRequest", parts(
        version=_two, protocols=fixed(8), functions=fixed(16), sent_most=_two, received_most=_two, window=_byte,
        apdu_most=_two, timeout_s=_four, mechanism=_MECHANISM)),
    130: ("ConnectResponse", parts(
        factory=_FACTORY, version=_two, protocols=fixed(8), functions=fixed(16), sent_most=_two, received_most=_two,
        window=_byte, apdu_most=_two, timeout_s=_four, result=_byte,
        security=maybe(parts(random=hexed, signature=hexed)))),
    3: ("ReleaseRequest", parts()),
    131: ("ReleaseResponse", parts(result=_byte)),
    132: ("ReleaseNotification", parts(since=date_time_s, now=date_time_s)),
    110: ("ErrorResponse", parts(error=_byte)),
    238: ("ErrorResponse", parts(error=_byte)),
}
# fmt: on
_LINK: Final = frozenset({1, 129})
_SECURITY_REQUEST: Final = 16
_SECURITY_RESPONSE: Final = 144
_TIME_TAG: Final = maybe(parts(sent=date_time_s, delay=interval))
_FOLLOW: Final = maybe(choice({1: _RESULTS, 2: _ALL_RECORDS}))
_VERIFIED: Final = choice(
    {
        0: parts(sid=identity, mac=hexed),
        1: parts(random=hexed),
        2: parts(random=hexed, mac=hexed),
        3: parts(sid=identity),
    }
)
_PIID: Final = 0x3F
_ACD: Final = 0x40


def read_apdu(octets: bytes) -> Apdu:
    """Return what an APDU says.

    Raises:
        DecodeError: its service is not known, it is cut off, or something stands behind it.
    """
    cursor = Cursor(octets)
    tag = cursor.number(1)
    if tag in (_SECURITY_REQUEST, _SECURITY_RESPONSE):
        apdu = _secured(cursor, tag)
    elif tag in _CHOSEN:
        name, choices = _CHOSEN[tag]
        number = cursor.number(1)
        if number not in choices:
            raise DecodeError(f"expected {name} 1 to {len(choices)}, got {number}")
        suffix, read = choices[number]
        apdu = _plain(cursor, tag, name + suffix, read)
    elif tag in _PLAIN:
        apdu = _plain(cursor, tag, *_PLAIN[tag])
    else:
        raise DecodeError(f"expected a service of DL/T 698.45, got {tag:02X}")
    cursor.finish()
    return apdu


def _plain(cursor: Cursor, tag: int, service: str, read: _Read) -> Apdu:
    piid = cursor.number(1)
    fields = read(cursor)
    server = bool(tag & 0x80)
    linked = tag in _LINK
    return Apdu(
        tag=tag,
        service=service,
        piid=piid & _PIID,
        acd=server and bool(piid & _ACD),
        fields=fields if isinstance(fields, Mapping) else {},
        follow=_FOLLOW(cursor) if server and not linked else None,
        time_tag=None if linked else _TIME_TAG(cursor),
    )


def _secured(cursor: Cursor, tag: int) -> Apdu:
    """Read an envelope; what is enciphered inside stays closed."""
    kind = cursor.number(1)
    service = "SecurityRequest" if tag == _SECURITY_REQUEST else "SecurityResponse"
    if kind == 2 and tag == _SECURITY_RESPONSE:
        fields: Fields = {"dar": cursor.number(1)}
        inner = None
    elif kind in (0, 1):
        inner = cursor.take(cursor.length())
        fields = {"enciphered": bool(kind)}
    else:
        raise DecodeError(f"expected a secured APDU of kind 0 or 1, got {kind}")
    check = (
        _VERIFIED
        if tag == _SECURITY_REQUEST
        else maybe(choice({0: parts(mac=hexed), 1: parts(sid=identity, mac=hexed)}))
    )
    return Apdu(tag=tag, service=service, piid=None, fields={**fields, "check": check(cursor)}, secured=inner)
