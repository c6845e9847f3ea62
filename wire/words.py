"""A name as people read it, in Chinese and in English."""

from msgspec import Struct


class Words(Struct, frozen=True, kw_only=True):
    """The same words in both languages of the product."""

    zh: str
    en: str
