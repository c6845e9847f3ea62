"""A person is spoken to in the language of the flag, else of the locale."""

import pytest

from chassis import say, spoken
from wire import Words

WORDS = Words(zh="空", en="free")


@pytest.mark.parametrize(
    ("flag", "locale", "language"),
    [
        ("", "zh_CN.UTF-8", "zh"),
        ("en", "zh_CN.UTF-8", "en"),
        ("", "C", "en"),
        ("", "", "en"),
        ("zh", "C", "zh"),
    ],
)
def test_the_flag_wins_over_the_locale(
    monkeypatch: pytest.MonkeyPatch, flag: str, locale: str, language: str
) -> None:
    for name in ("LILONG_LANG", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", locale)
    assert spoken(flag) == language


def test_words_are_said_in_it() -> None:
    assert (say(WORDS, "zh"), say(WORDS, "en")) == ("空", "free")
