"""Which of the product's two languages a person reads on the command line."""

import os

from wire import Words


def spoken(flag: str = "") -> str:
    """Return "zh" or "en": by the flag, else by LILONG_LANG, LC_ALL, LC_MESSAGES or LANG."""
    names = (
        flag,
        *(os.environ.get(name, "") for name in ("LILONG_LANG", "LC_ALL", "LC_MESSAGES", "LANG")),
    )
    first = next((name for name in names if name), "en")
    return "zh" if first.lower().startswith("zh") else "en"


def say(words: Words, language: str) -> str:
    """Return the words in one language."""
    return words.zh if language == "zh" else words.en
