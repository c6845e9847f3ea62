"""`lilong profile conformance`: do the decoders agree with a file of published vectors?"""

import argparse

import msgspec

from device_profiles.commands.words import say, tell
from device_profiles.conformance import Count, Setting, run_vectors

_SHOWN = 20


def conformance(options: argparse.Namespace, language: str) -> int:
    """Run the file and print the count; return 1 if a row went wrong or crashed."""
    count = run_vectors(options.file, Setting(codecs=options.codecs))
    tell(msgspec.json.encode(count).decode() if options.json else _as_lines(count, language))
    return 1 if count.wrong or count.crashed else 0


def _as_lines(count: Count, language: str) -> str:
    numbers = {
        name: getattr(count, name) for name in ("rows", "agreed", "refused", "wrong", "crashed", "skipped")
    }
    lines = [say("vectors", language, us=count.us_per_decode, **numbers)]
    lines += [
        say("went_wrong", language, id=row.id, expected=_plain(row.expected), came=_plain(row.came))
        for row in count.went_wrong[:_SHOWN]
    ]
    left = len(count.went_wrong) - _SHOWN
    if left > 0:
        lines.append(say("more_wrong", language, count=left))
    lines += [
        say("rows_skipped", language, count=number, reason=reason)
        for reason, number in count.skipped_because.items()
    ]
    return "\n".join(lines)


def _plain(thing: object) -> str:
    return msgspec.json.encode(thing).decode()[:300]
