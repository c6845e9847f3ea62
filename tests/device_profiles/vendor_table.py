"""What vendors' decoders call the facts that our profiles give, device by device."""

from collections.abc import Mapping, Sequence
from math import inf
from typing import Final

from msgspec import Struct


class Meaning(Struct, frozen=True, kw_only=True):
    """What a vendor's field is to us: a property, perhaps of a part; `scale` vendor's units make one of ours.

    `words` are what the vendor writes for numbers and truths. Facts are compared where both numbers lie within
    `ours` and `theirs`: beyond, the vendor's decoder is wrong, and the profile says why.
    """

    property: str
    scale: float = 1
    part: str = ""
    words: Mapping[str, float | str] = {}
    ours: tuple[float, float] = (-inf, inf)
    theirs: tuple[float, float] = (-inf, inf)


class Decoders(Struct, frozen=True, kw_only=True):
    """Decoders of one device, as `repository: path` without the repository's own folder, and their fields.

    `marks` is a piece of the text by which the version for the profile's firmware is told from others.
    """

    profile: str
    files: Sequence[str]
    fields: Mapping[str, Meaning]
    marks: str = ""


def to(name: str, scale: float = 1, part: str = "", **words: float | str) -> Meaning:
    return Meaning(property=name, scale=scale, part=part, words={**_WORDS, **words})


def counted(name: str, part: str = "") -> Meaning:
    """Return a count that vendors' decoders let become negative from half its range on."""
    return Meaning(property=name, part=part, theirs=(0, inf))


_WORDS: Final[Mapping[str, float | str]] = {
    **dict.fromkeys(
        ("open", "leak", "on", "trigger", "occupied", "tilt", "LEAK", "Leak", "OPEN", "H", "High"), 1
    ),
    **dict.fromkeys(
        ("close", "normal", "off", "idle", "vacant", "closed", "no leak", "NO LEAK", "NoLeak"), 0
    ),
    **dict.fromkeys(("CLOSE", "L", "Low", "NO", "FALSE", "False", "No Alarm", "no", "low"), 0),
    **dict.fromkeys(("YES", "TRUE", "True", "Alarm", "yes", "high"), 1),
    "threshold alarm": 1,
    "threshold alarm release": 0,
    "threshold_alarm": 1,
    "threshold_alarm_release": 0,
    "water leak": 1,
    "no water leak": 0,
    "installed": 0,
    "uninstalled": 1,
    "true": 1,
    "false": 0,
}
