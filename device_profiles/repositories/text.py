"""Writes the files of an imported profile as text, the same text for the same offer."""

import json
from collections.abc import Iterator, Sequence
from typing import Final

from device_profiles.declared import JavascriptField, Trial
from device_profiles.quality import RULES
from device_profiles.repositories.meaning import Guess
from device_profiles.repositories.offer import Offer
from device_profiles.repositories.survey import Survey

MARK: Final = (
    "# Imported by `lilong profile import`, which writes this file anew as long as this line is here."
)
HEARTBEAT_S: Final = 86_400
SILENT_AFTER_S: Final = 180_000
_SHOWN: Final = 40
_NOT_COMPARED: Final = "nobody has compared the codec with the manual"
_NOT_LOOKED_AT: Final = "imported as it is; nobody has looked at this yet"


def profile_text(key: str, offer: Offer, found: Survey, source: str, licence: str) -> str:
    """Return the profile.toml."""
    lines = [
        MARK,
        "# How often the device speaks is not said by the repository: a day, and two days and two hours, are guesses.",
        f"key = {_text(key)}",
        f"title = {{ zh = {_text(offer.title)}, en = {_text(offer.title)} }}",
        f"heartbeat_s = {HEARTBEAT_S}",
        f"silent_after_s = {SILENT_AFTER_S}",
        f"sources = {_list([source, f'licence of codec.js: {licence}', *_firmwares(offer)])}",
        "",
        "[javascript]",
    ]
    if found.table.normalize:
        lines.append("normalize = true")
    if found.unknown:
        more = len(found.unknown) - _SHOWN
        lines.append("# What the codec also gives, and nobody has said yet what it means here:")
        lines += [f"#   {_comment(name)}" for name in found.unknown[:_SHOWN]]
        lines += [f"#   and {more} more"] * (more > 0)
    for one in found.guesses:
        lines += ["", *_field(one)]
    return "\n".join(lines) + "\n"


def golden_text(trial: Trial) -> str:
    """Return a golden file."""
    lines = [MARK, f"source = {_text(trial.source)}"]
    if trial.port is not None:
        lines.append(f"port = {trial.port}")
    lines.append(f"hex = {_text(trial.hex)}")
    if trial.refused:
        lines.append(f"refused = {_text(trial.refused)}")
    if trial.gives:
        lines += ["", "[gives]", *(f"{_text(name)} = {_value(value)}" for name, value in trial.gives.items())]
    return "\n".join(lines) + "\n"


def quality_text(found: Survey, trials: Sequence[Trial]) -> str:
    """Return the quality.toml: what an import cannot know is said to be missing."""
    refused = sum(bool(trial.refused) for trial in trials)
    enough = refused >= 1 and len(trials) - refused >= 3
    left = f"{len(found.unknown)} fields of the codec are not read" if found.unknown else ""
    known = {
        "sources": "",
        "golden": "" if enough else "the repository has no three good examples and one refused",
        "cadence": "heartbeat and silence are guesses; the repository does not say them",
        "every_frame": left or _NOT_COMPARED,
        "state_everywhere": _NOT_COMPARED,
        "vendor_examples": "" if trials else "the repository has no example that can be held to",
        "firmwares": "the repository's word is taken for it",
        "field_tested": "imported, not tried on a device",
    }
    lines = [MARK]
    for level, rules in RULES.items():
        lines += ["", f"[{level}]"]
        for rule in rules:
            why = known.get(rule, _NOT_LOOKED_AT)
            lines.append(f"{rule} = {{ todo = {_text(why)} }}" if why else f'{rule} = "done"')
    return "\n".join(lines).replace("\n\n", "\n", 1) + "\n"


def _field(one: Guess) -> Iterator[str]:
    field: JavascriptField = one.field
    yield f"# {_comment(one.why)}"
    yield "[[javascript.field]]"
    yield f"path = {_text(field.path) if isinstance(field.path, str) else _list(field.path)}"
    yield f"property = {_text(field.property)}"
    if field.unit:
        yield f"unit = {_text(field.unit)}"
    if field.enum:
        words = ", ".join(f"{_text(word)} = {_value(value)}" for word, value in field.enum.items())
        yield f"enum = {{ {words} }}"
    if field.absent:
        yield f"absent = {_list(field.absent)}"


def _firmwares(offer: Offer) -> list[str]:
    return [f"firmware {', '.join(offer.firmwares)}"] if offer.firmwares else []


def _list(values: Sequence[object]) -> str:
    return f"[{', '.join(map(_value, values))}]"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, int | float) else _text(str(value))


def _text(value: str) -> str:
    """Return a basic string of TOML, which is one of JSON but for the character 0x7f."""
    clean = value.encode("utf-8", "replace").decode()
    return json.dumps(clean, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(value: str) -> str:
    return "".join(one if one.isprintable() else "?" for one in value)
