"""`lilong profile guess`: which device could have sent these bytes?"""

import argparse
import sys
from datetime import UTC, datetime

import msgspec

from device_profiles.commands.decode import as_lines
from device_profiles.commands.words import complain, say, tell
from device_profiles.errors import DecodeError
from device_profiles.reading import Format, Reading
from device_profiles.recognition import Guess, guess
from device_profiles.shelf import load_shelf
from device_profiles.written import from_hex
from wire import DeviceId, TimeTrust

_BY_HAND = DeviceId("by-hand")


def guess_profile(options: argparse.Namespace, language: str) -> int:
    """Print the three likeliest profiles with what they make of the newest frame; return 1 if there is none."""
    texts = sys.stdin.read().split() if options.bytes == ["-"] else options.bytes
    try:
        frames = [_reading(text, options) for text in texts]
    except DecodeError as error:
        complain(say("not_bytes", language, reason=error))
        return 2
    shelf = load_shelf(options.extra)
    profiles = [shelf.profile(key) for key in shelf.keys()]  # noqa: SIM118  # a shelf is no mapping
    found = guess(frames, profiles, called=options.called)
    if options.json:
        tell(msgspec.json.encode({"guesses": found}).decode())
    elif found:
        tell("\n\n".join(_lines(number, one, language) for number, one in enumerate(found, 1)))
    else:
        complain(say("no_guess", language))
    return 0 if found else 1


def _reading(text: str, options: argparse.Namespace) -> Reading:
    form = Format(options.format)
    return Reading(
        device=_BY_HAND,
        payload=text.encode() if form is Format.SENML_JSON else from_hex(text),
        received_ms=int(datetime.now(UTC).timestamp() * 1000),
        trust=TimeTrust.SYNCED,
        port=options.port,
        format=form,
    )


def _lines(number: int, one: Guess, language: str) -> str:
    title = one.title.zh if language == "zh" else one.title.en
    head = say(
        "guessed",
        language,
        number=number,
        key=one.key,
        title=title,
        understood=one.understood,
        frames=one.frames,
        bits=one.bits,
    )
    odd = [
        say("odd", language, property=row.property, value=row.value)
        for row in {row.property: row for row in one.odd}.values()
    ]
    preview = as_lines(list(one.preview), language).splitlines()
    return "\n".join([head, *odd, *(f"     {line}" for line in preview)])
