"""The status byte of a meter's header, in words (EN 13757-7, table 9)."""

from collections.abc import Iterator
from typing import Final

_APPLICATION: Final = {1: "busy", 2: "application_error", 3: "alarm"}
_BITS: Final = {0x04: "power_low", 0x08: "permanent_error", 0x10: "temporary_error"}
STATUS_WORDS: Final = (*_APPLICATION.values(), *_BITS.values())
"""All words that a status byte can say."""
OWN_BITS: Final = 0xE0
"""The bits that each manufacturer uses as it likes."""


def status_words(status: int) -> Iterator[str]:
    """Give a word for each thing that the standard's bits say is wrong."""
    word = _APPLICATION.get(status & 0x03)
    if word:
        yield word
    for bit, name in _BITS.items():
        if status & bit:
            yield name
