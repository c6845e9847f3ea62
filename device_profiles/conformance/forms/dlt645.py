"""Rows of DL/T 645 frames: what the frame, its identifier and its values are expected to be."""

from collections.abc import Mapping
from typing import Any

from device_profiles.conformance.compare import differing
from device_profiles.conformance.vector import Mismatch, Row, Setting, Vector, decoding
from device_profiles.protocols import dlt645
from device_profiles.protocols.dlt645 import Kind, Message, tells_edition

_DIGITS = frozenset({"addr", "control", "data", "di", "err", "address_read"})
_UNITS = {"℃": "cel", "°c": "cel", "degc": "cel", "1": "", "/": "", "°": "deg", "元": "cny", "yuan": "cny"}


def fits(row: Row) -> bool:
    """Say whether the row is a DL/T 645 frame."""
    return row.get("protocol") == "dlt645" and "bytes" in row and "expected" in row


def vector(row: Row, _setting: Setting) -> Vector:
    """Make the row's test."""
    expected = dict(row["expected"])
    valid = bool(expected.pop("ok", True))
    expected.pop("error", None) if not valid else None

    def compare(came: Message) -> Mismatch | None:
        return differing(_plain(expected), _plain(_facts(came) | _as_well(expected, came)))

    return Vector(decode=decoding(row["bytes"], dlt645.decode), compare=compare, invalid=not valid)


def _as_well(expected: Mapping[str, Any], message: Message) -> dict[str, Any]:
    """Return the facts that may be told in another way as well, where they are told so.

    A control code of both editions alike, or of none, may be said to be of either. ERR is one byte; some meters add
    others.
    """
    found: dict[str, Any] = {}
    if not tells_edition(message.frame.control) and expected.get("version") in (1997, 2007):
        found["version"] = expected["version"]
    first = message.rest[:1].hex()
    if message.refused and first and str(expected.get("err")).lower() == first:
        found["err"] = first
    return found


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Write digits in one case, and the units that have several spellings in one."""
    found = {key: value.lower() if key in _DIGITS and value else value for key, value in facts.items()}
    if "unit" in found:
        unit = str(found["unit"] or "").lower()
        found["unit"] = _UNITS.get(unit, unit)
    return found


def _facts(message: Message) -> dict[str, Any]:
    frame = message.frame
    facts: dict[str, Any] = {
        "addr": frame.address,
        "control": f"{frame.control:02x}",
        "dir": "response" if message.response else "request",
        "error_response": message.refused,
        "more_follows": message.more_follows,
        "data": frame.data.hex(),
        "version": message.version,
        "l": len(frame.data),
    }
    if message.refused:
        facts["err"] = message.rest.hex()
    if message.address_read is not None:
        facts["address_read"] = message.address_read
    if message.sequence is not None:
        facts["seq"] = message.sequence
    if message.identifier is not None:
        facts["di"] = f"{message.identifier:0{8 if message.version == 2007 else 4}x}"
    return facts | _content(message)


def _content(message: Message) -> dict[str, Any]:
    item, content = message.item, message.content
    if item is None or content is None:
        return {}
    facts: dict[str, Any] = {}
    if item.kind in (Kind.NUMBER, Kind.DEMAND):
        facts |= {"unit": item.unit, "values": list(content.values), "value": content.values[0]}
        facts["invalid_bcd_or_ff"] = None in content.values
    if content.text is not None:
        facts |= {"text": content.text, "value": content.text}
    if content.times:
        facts |= {"time": content.times[0], "times": list(content.times)}
    if content.bits:
        facts |= {"value": content.bits[0], "values": list(content.bits)}
    return facts
