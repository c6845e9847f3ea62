"""Makes texts and times from the wire fit what PostgreSQL can hold, so that no row can jam the rows around it."""

from typing import Final

LONGEST_NAME: Final = 256
LATEST_MS: Final = 253_402_300_799_999
"""The last millisecond of the year 9999, where Python's calendar ends; PostgreSQL's goes on."""
_MOST: Final = 2**63 - 1


def fit_text(text: str) -> str:
    """Return the text with U+FFFD in place of NUL, which PostgreSQL's text cannot hold."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}") if "\0" in text else text


def fit_name(name: str) -> str:
    """Return a name as it is kept: without NUL, at most 256 characters."""
    return fit_text(name[:LONGEST_NAME])


def fit_ms(at_ms: int) -> int:
    """Return a time between 1970 and the end of 9999: a clock outside is wrong in any case."""
    return min(max(at_ms, 0), LATEST_MS)


def fit_whole(number: int) -> int:
    """Return a whole number within 64 signed bits."""
    return min(max(number, -_MOST - 1), _MOST)
