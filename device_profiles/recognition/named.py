"""How far a name given by people or a network server points to a profile: "Dragino_LSE01" to soil_dragino_lse01."""

import re
from typing import Final

from device_profiles.profile import Profile

_PART: Final = re.compile(r"[^\W_]+")
_MODEL_BITS: Final = 8.0
_WORD_BITS: Final = 3.0
_SHORTEST: Final = 3


def named_bits(called: str, profile: Profile) -> float:
    """Return the evidence in a name: a model number weighs more than a maker or a word."""
    mine = _parts(f"{profile.key} {profile.title.en}")
    shared = _parts(called) & mine
    return sum(_MODEL_BITS if any(c.isdigit() for c in part) else _WORD_BITS for part in shared)


def _parts(text: str) -> set[str]:
    return {part for part in _PART.findall(text.lower()) if len(part) >= _SHORTEST}
