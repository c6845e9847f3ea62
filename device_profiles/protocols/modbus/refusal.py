"""Why a device refuses to answer: Modbus' exceptions in words (Application Protocol V1.1b3, 7)."""

from typing import Final

_WORDS: Final = {
    1: "illegal function: it cannot read this kind of register",
    2: "illegal data address: it has no such register, or not so many in one run",
    3: "illegal data value: it does not give so many registers at once",
    4: "device failure: it failed while it read",
    5: "acknowledge: it needs longer",
    6: "busy: ask again later",
    8: "memory parity error",
    10: "gateway path unavailable: the converter is set up wrongly or overloaded",
    11: "the device behind the gateway does not answer",
}
PASSING: Final = frozenset({5, 6, 10, 11})
"""Refusals that another try may overcome; the others say what a profile asks for wrongly, or a fault."""


def refusal_words(code: int) -> str:
    """Return what an exception code means, with its number."""
    return f"{_WORDS.get(code, 'an exception that the standard does not know')} (exception {code})"
