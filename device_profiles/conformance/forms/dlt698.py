"""Rows of DL/T 698.45: link frames with what they carry, and APDUs with a note whose facts are compared."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from msgspec.structs import asdict, replace

from device_profiles.conformance.compare import differing
from device_profiles.conformance.vector import Mismatch, Row, Setting, Vector, decoding
from device_profiles.errors import DecodeError
from device_profiles.protocols import dlt698
from device_profiles.protocols.dlt698 import Apdu, Data, Frame, Records, Result, attribute_of, dar_words

_DIGITS: Final = frozenset({"control", "sa", "apdu", "oad", "hcs", "fcs"})
_LINK_KINDS: Final = {"登录": 0, "心跳": 1, "退出": 2, "退出登录": 2}
_ERRORS: Final = {"APDU无法解析": 1, "服务不支持": 2}
_ERROR_TAGS: Final = frozenset({110, 238})
_PIECES: Final = {"first": 0, "last": 1, "confirm": 2, "middle": 3}
_COUNTS: Final = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6}


def fits(row: Row) -> bool:
    """Say whether the row is a DL/T 698.45 frame or APDU."""
    return row.get("protocol") == "dlt698" and "bytes" in row and "expected" in row


def vector(row: Row, _setting: Setting) -> Vector:
    """Make the row's test."""
    expected = dict(row["expected"])
    valid = bool(expected.pop("ok", row.get("valid", True)))
    if row.get("layer", "frame") == "frame":
        return Vector(
            decode=decoding(row["bytes"], lambda octets: dlt698.read_frame(octets)[0]),
            compare=lambda came: _compare_frame(expected, came),
            invalid=not valid,
        )
    note = str(expected.pop("note", ""))
    expected.pop("standard_ref", None)
    return Vector(
        decode=decoding(row["bytes"], dlt698.read_apdu),
        compare=lambda came: _compare_apdu(expected, note, came),
        invalid=not valid,
    )


def _compare_frame(expected: Mapping[str, Any], frame: Frame) -> Mismatch | None:
    facts: dict[str, Any] = {
        "control": f"{frame.control:02x}",
        "sa": frame.server.digits,
        "sa_type": frame.server.kind,
        "logical": frame.server.logical,
        "ca": frame.client,
        "apdu": frame.apdu.hex(),
        "dir": "response" if frame.from_server else "request",
        "hcs_ok": True,
        "fcs_ok": True,
    }
    if set(expected) - set(facts):
        try:
            facts |= _facts(dlt698.read_apdu(frame.apdu))
        except DecodeError as error:
            facts["apdu_error"] = str(error)
    facts |= _as_well(expected, frame)
    return differing(_plain(expected), _plain(facts))


def _as_well(expected: Mapping[str, Any], frame: Frame) -> dict[str, Any]:
    """Return the facts that may be told in another way as well, where they are told so.

    A piece of an APDU may be shown with the two bytes that say which piece it is, an address with the byte of its
    logical one.
    """
    found: dict[str, Any] = {}
    if frame.segment is not None:
        piece = _PIECES[frame.segment.kind] << 14 | frame.segment.number
        user = (piece.to_bytes(2, "little") + frame.apdu).hex()
        found |= {"apdu": user} if str(expected.get("apdu")).lower() == user else {}
    address = f"{frame.server.digits}{frame.server.logical:02x}"
    if frame.server.logical and str(expected.get("sa")).lower() == address:
        found["sa"] = address
    return found


def _compare_apdu(expected: Mapping[str, Any], note: str, came: Apdu) -> Mismatch | None:
    apdu = _opened(came)
    problem = differing(_plain(expected), _plain(_facts(apdu)))
    if problem is not None:
        return problem
    wrong = [f"{name}: {said}" for name, said, right in _noted(note, apdu) if not right]
    return Mismatch(expected=wrong, came=_shown(apdu)) if wrong else None


def _opened(apdu: Apdu) -> Apdu:
    """Return an envelope together with the APDU in it, where that is in plain text; others as they are."""
    if apdu.secured is None or apdu.fields.get("enciphered"):
        return apdu
    try:
        inner = dlt698.read_apdu(apdu.secured)
    except DecodeError:
        return apdu
    service = f"{apdu.service} {inner.service}"
    return replace(inner, tag=apdu.tag, service=service, fields={**apdu.fields, "inner": inner.fields})


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value.lower() if key in _DIGITS and isinstance(value, str) else value
        for key, value in facts.items()
    }


def _facts(apdu: Apdu) -> dict[str, Any]:
    oads = list(_oads(apdu))
    dars = list(_dars(apdu))
    facts: dict[str, Any] = {"service": apdu.service, "piid": apdu.piid, "oads": oads, "dars": dars}
    facts |= {"oad": oads[0]} if oads else {}
    return facts | ({"dar": dars[0]} if dars else {})


# What a note may say, each by itself: the words that say it, and whether the APDU agrees.
def _noted(note: str, apdu: Apdu) -> Iterator[tuple[str, str, bool]]:
    """Yield every fact that a note states in a way that can be recognised, and whether the APDU has it."""
    for name, pattern, agrees in _FACTS:
        for match in re.finditer(pattern, note):
            yield name, match.group(0), agrees(match, apdu)


def _has_piid(match: re.Match[str], apdu: Apdu) -> bool:
    said = match.group(1).removeprefix("0x")
    number = int(said.removesuffix("H"), 10 if said == match.group(1) and said.isdigit() else 16)
    return apdu.piid == number & 0x3F


def _has_identifier(match: re.Match[str], apdu: Apdu) -> bool:
    return match.group(1).lower() in _oads(apdu)


def _has_dar(match: re.Match[str], apdu: Apdu) -> bool:
    dars = list(_dars(apdu))
    said = int(match.group(2))
    return bool(dars) and (all(dar == said for dar in dars) if "均" in match.group(1) else said in dars)


def _has_count(match: re.Match[str], apdu: Apdu) -> bool:
    said = match.group(1)
    return len(list(_oads(apdu))) >= (_COUNTS[said] if said in _COUNTS else int(said))


def _has_time(match: re.Match[str], apdu: Apdu) -> bool:
    said = f"{match.group(1)}T{match.group(2)}"
    return any(str(leaf).startswith(said) for leaf in _leaves(apdu))


def _has_heartbeat(match: re.Match[str], apdu: Apdu) -> bool:
    return apdu.fields.get("heartbeat_s") == int(match.group(1))


def _is_link_kind(match: re.Match[str], apdu: Apdu) -> bool:
    return (
        apdu.tag not in (1, 129)
        or apdu.fields.get("kind", _LINK_KINDS[match.group(1)]) == _LINK_KINDS[match.group(1)]
    )


def _has_no_time_tag(_match: re.Match[str], apdu: Apdu) -> bool:
    return apdu.time_tag is None


def _has_no_follow(_match: re.Match[str], apdu: Apdu) -> bool:
    return apdu.follow is None


def _has_tag(match: re.Match[str], apdu: Apdu) -> bool:
    return apdu.tag == int(match.group(1), 16)


def _has_code(match: re.Match[str], apdu: Apdu) -> bool:
    """A result or an error in words with its number behind it; numbers behind other words are nothing to judge."""
    word, number = match.group(1), int(match.group(2))
    if word in _ERRORS:
        return _ERRORS[word] == number and (apdu.tag not in _ERROR_TAGS or apdu.fields["error"] == number)
    return dar_words(number).zh != word or number in _dars(apdu) or number in _numbers(apdu)


def _has_service(match: re.Match[str], apdu: Apdu) -> bool:
    said = match.group(1).lower()
    return said in apdu.service.lower()


def _has_measure(match: re.Match[str], apdu: Apdu) -> bool:
    """A number with a unit: the digits of a whole number in the APDU, at the decimals of its attribute or any."""
    said = float(match.group(1))
    scaled = [number / 10**decimals for number in _numbers(apdu) for decimals in range(7)]
    return any(abs(said - number) < 1e-9 for number in scaled)


_FACTS: Final[tuple[tuple[str, str, Callable[[re.Match[str], Apdu], bool]], ...]] = (
    ("PIID", r"PIID(?:-ACD)?\s*[=＝为]\s*(0x[0-9A-Fa-f]+|[0-9A-Fa-f]+H|\d+)", _has_piid),
    ("OAD", r"(?:OAD|OMD)\s*[=＝为]?\s*([0-9A-Fa-f]{8})(?![0-9A-Fa-f])", _has_identifier),
    ("DAR", r"DAR\s*(均为|均是|为|[=＝])\s*(\d+)", _has_dar),
    ("OADs", r"([一两二三四五六]|\d+)\s*个\s*(?:OAD|OMD)", _has_count),
    ("time", r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2}(?:\.\d+)?)", _has_time),
    ("heartbeat", r"周期\s*[=＝为]?\s*(\d+)\s*s", _has_heartbeat),
    ("link", r"(退出登录|退出|登录|心跳)(?!周期)", _is_link_kind),
    (
        "no TimeTag",
        r"(?:无\s*(?:FollowReport\s*[/、和]\s*)?TimeTag|TimeTag\s*(?:不存在|缺省|=\s*0+(?!\d)))",
        _has_no_time_tag,
    ),
    ("no FollowReport", r"(?:无\s*FollowReport|FollowReport\s*不存在)", _has_no_follow),
    ("tag", r"(?:服务器|客户机|客户端|服务)\s*([0-9A-Fa-f]{2})H", _has_tag),
    ("code", r"([A-Za-z]*[\u4e00-\u9fff/]+)\s*[（(](\d+)[)）]", _has_code),
    (
        "service",
        r"\b((?:Get|Set|Action|Report|Proxy|Connect|Release|Link|Security)(?:Request|Response|Notification)\w*)",
        _has_service,
    ),
    ("measure", r"(?<![\d.\-:/])(-?\d+\.\d+)\s*(?:kWh|kvarh|kW|kvar|V|A|W|Hz|℃)(?![A-Za-z])", _has_measure),
)


def _oads(apdu: Apdu) -> list[str]:
    return [
        str(leaf).lower()
        for name, leaf in _named(_tree(apdu))
        if name in ("oad", "omd", "oads", "read", "columns", "items")
    ]


def _dars(apdu: Apdu) -> list[int]:
    return [leaf for name, leaf in _named(_tree(apdu)) if name == "dar" and isinstance(leaf, int)]


def _numbers(apdu: Apdu) -> list[float]:
    return [leaf for leaf in _leaves(apdu) if isinstance(leaf, int | float) and not isinstance(leaf, bool)]


def _leaves(apdu: Apdu) -> list[object]:
    return [leaf for _, leaf in _named(_tree(apdu))]


def _tree(apdu: Apdu) -> dict[str, object]:
    return {**apdu.fields, "follow": apdu.follow, "time_tag": apdu.time_tag}


def _named(tree: object, name: str = "") -> Iterator[tuple[str, object]]:
    """Yield everything that stands in an APDU, with the name of the part in which it stands."""
    if isinstance(tree, Data):
        yield from _named(tree.value, tree.type.lower() if tree.type in ("OAD", "OMD") else "data")
    elif isinstance(tree, Result | Records):
        yield from _named(asdict(tree))
    elif isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from _named(value, str(key))
    elif isinstance(tree, list):
        for value in tree:
            yield from _named(value, name)
    elif tree is not None:
        yield name, tree


def _shown(apdu: Apdu) -> dict[str, Any]:
    known = {oad: attribute.title.en for oad in _oads(apdu) if (attribute := attribute_of(oad))}
    return {**_facts(apdu), "known": known, "values": [str(leaf) for leaf in _leaves(apdu)][:40]}
