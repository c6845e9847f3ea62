"""`lilong profile decode`: what do these bytes say?"""

import argparse
import sys
from datetime import UTC, datetime

import msgspec

from device_profiles.commands.words import complain, say, tell
from device_profiles.errors import DecodeError
from device_profiles.key_files import read_key
from device_profiles.reading import Format, Reading
from device_profiles.shelf import load_shelf
from device_profiles.written import from_hex
from wire import DeviceId, Observation, TimeTrust, property_named

_WRITTEN = frozenset({Format.SENML_JSON, Format.SENSML_JSON, Format.LWM2M_JSON, Format.TEXT})
_BY_HAND = DeviceId("by-hand")


def decode(options: argparse.Namespace, language: str) -> int:
    """Print what the payload means, one line an observation; return 1 if it is refused."""
    profile = load_shelf(options.extra).profile(options.key)
    text = sys.stdin.read().strip() if options.bytes == "-" else options.bytes
    form = Format(options.format)
    try:
        payload = text.encode() if form in _WRITTEN else from_hex(text)
    except DecodeError:
        complain(say("not_hex", language, text=repr(text[:60])))
        return 2
    reading = Reading(
        device=_BY_HAND,
        payload=payload,
        received_ms=int(datetime.now(UTC).timestamp() * 1000),
        trust=TimeTrust.SYNCED,
        port=options.port,
        path=options.path,
        format=form,
        key=read_key(options.key_file) if options.key_file else None,
    )
    try:
        rows = profile.decode(reading)
    except DecodeError as error:
        if options.json:
            tell(msgspec.json.encode({"refused": str(error)}).decode())
        else:
            complain(say("refused", language, reason=error))
        return 1
    tell(_as_json(rows) if options.json else as_lines(list(rows), language))
    return 0


def _as_json(rows: object) -> str:
    return msgspec.json.encode({"observations": rows}).decode()


def as_lines(rows: list[Observation], language: str) -> str:
    """Return observations for people, a line each."""
    if not rows:
        return say("nothing", language)
    width = max(len(row.property) for row in rows)
    return "\n".join(_line(row, width, language) for row in rows)


def _line(row: Observation, width: int, language: str) -> str:
    known = property_named(row.property)
    title = known.title.zh if language == "zh" else known.title.en
    unit = "" if known.unit in ("", "/") else f" {known.unit}"
    device = "" if row.device == _BY_HAND else f"  [{row.device}]"
    return f"{row.property:{width}}  {row.value}{unit}  ({title}){device}"
