"""The list of links by which a device says at registration what it has (CoRE link format, RFC 6690)."""

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from device_profiles.errors import DecodeError

_TARGET: Final = re.compile(r"\s*<([^>]*)>")
_ATTRIBUTE: Final = re.compile(r'\s*;\s*([A-Za-z0-9!#$&+.^_`|~*-]+)(?:\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;,"]*))?')
_NEXT: Final = re.compile(r"\s*(,|$)")
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


class Link(Struct, frozen=True, kw_only=True):
    """One link: where to, and its attributes; one without a value has the empty text."""

    target: str
    attributes: Mapping[str, str]


def read_links(text: str) -> list[Link]:
    """Return the links of a text; none stand in an empty one.

    Raises:
        DecodeError: it is no link format; says where.
    """
    links, at = [], 0
    while text[at:].strip():
        target = _TARGET.match(text, at)
        if target is None:
            raise _broken(text, at)
        attributes, at = _attributes(text, target.end())
        end = _NEXT.match(text, at)
        if end is None:
            raise _broken(text, at)
        at = end.end()
        links.append(Link(target=target[1], attributes=attributes))
    return links


def _attributes(text: str, at: int) -> tuple[dict[str, str], int]:
    found: dict[str, str] = {}
    while (one := _ATTRIBUTE.match(text, at)) is not None:
        found.setdefault(one[1], _unquoted(one[2] or ""))
        at = one.end()
    return found, at


def _unquoted(value: str) -> str:
    return _ESCAPED.sub(r"\1", value[1:-1]) if value.startswith('"') else value


def _broken(text: str, at: int) -> DecodeError:
    return DecodeError(f"expected links like </3431/0>,</3/0>, got {text[at : at + 40]!r}")
