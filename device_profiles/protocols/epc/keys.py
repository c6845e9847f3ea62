"""An EPC as barcodes and people write it: GS1 element strings and GS1 keys, with their check digits.

Facts: GS1 EPC Tag Data Standard 2.3, section 7.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from device_profiles.errors import DecodeError
from device_profiles.protocols.epc.characters import Alphabet, check_digit, check_text
from device_profiles.protocols.epc.identity import Identity, identity
from device_profiles.protocols.epc.schemes import SCHEMES

GTIN_LENGTHS: Final = (14, 13, 12, 8)


class _Form(Struct, frozen=True, kw_only=True):
    """How a scheme's element string is put together.

    `front`: the first digit of the reference stands before the company prefix. `pad` stands before the key.
    `behind` are the parts written right behind the key, `serial_ai` precedes the last part, which `none` leaves out.
    """

    ai: str
    check: bool = True
    front: bool = False
    pad: str = ""
    behind: int = 0
    serial_ai: str = ""
    none: str | None = None
    keyed: bool = True


_FORMS: Final[Mapping[str, _Form]] = MappingProxyType(
    {
        "sgtin": _Form(ai="01", front=True, serial_ai="21"),
        "sscc": _Form(ai="00", front=True),
        "sgln": _Form(ai="414", serial_ai="254", none="0"),
        "grai": _Form(ai="8003", pad="0", behind=1),
        "giai": _Form(ai="8004", check=False),
        "gsrn": _Form(ai="8018"),
        "gsrnp": _Form(ai="8017"),
        "gdti": _Form(ai="253", behind=1),
        "cpi": _Form(ai="8010", check=False, serial_ai="8011", keyed=False),
        "sgcn": _Form(ai="255", behind=1),
        "ginc": _Form(ai="401", check=False),
        "gsin": _Form(ai="402"),
        "itip": _Form(ai="8006", front=True, behind=2, serial_ai="21", keyed=False),
        "upui": _Form(ai="01", front=True, serial_ai="235", keyed=False),
        "pgln": _Form(ai="417"),
        "lgtin": _Form(ai="01", front=True, serial_ai="10"),
    }
)


def has_element_string(scheme: str) -> bool:
    """Say whether barcodes know the scheme."""
    return scheme in _FORMS


def has_key(scheme: str) -> bool:
    """Say whether the scheme is one of a GS1 key."""
    return scheme in _FORMS and _FORMS[scheme].keyed


def element_string(who: Identity) -> str:
    """Write the identity as a GS1 element string, application identifiers in brackets.

    Raises:
        DecodeError: the scheme has none.
    """
    form = _form(who.scheme)
    behind = "".join(who.parts[2 : 2 + form.behind])
    text = f"({form.ai}){form.pad}{_body(who, form)}{behind}"
    if not form.serial_ai or who.parts[-1] == form.none:
        return text
    return f"{text}({form.serial_ai}){who.parts[-1]}"


def gs1_key(who: Identity, digits: int = 14) -> str:
    """Write the identity's GS1 key; a GTIN in `digits` digits (14, 13, 12 or 8).

    Raises:
        DecodeError: the scheme has no key, or its GTIN is no shorter one.
    """
    form = _form(who.scheme)
    if not form.keyed:
        raise DecodeError(f"{who.scheme}: expected a scheme of a GS1 key")
    key = _body(who, form) + "".join(who.parts[2 : 2 + form.behind])
    return _gtin(key, digits) if form.ai == "01" else key


def read_element_string(text: str, company_digits: int, scheme: str = "") -> Identity:
    """Read a GS1 element string whose company prefix has so many digits; of the named scheme, where one is named.

    Raises:
        DecodeError: says what was expected and what came.
    """
    found = _named(text, scheme)
    form, known = _FORMS[found], SCHEMES[found]
    rest = text.removeprefix(f"({form.ai})")
    if not rest.startswith(form.pad):
        raise DecodeError(f"({form.ai}): expected {form.pad!r} before the key, got {rest[:20]!r}")
    rest = rest.removeprefix(form.pad)
    if not 6 <= company_digits <= 12:
        raise DecodeError(f"expected a company prefix of 6 to 12 digits, got {company_digits}")
    if known.together is None:
        key, serial = _split(rest, form)
        return identity(found, (key[:company_digits], key[company_digits:], *serial))
    body, rest = rest[: known.together + 1], rest[known.together + 1 :]
    _check_key(body, known.together + 1, form)
    first, last = _unbody(body[:-1], company_digits, form)
    return identity(found, (first, last, *_behind(rest, found)))


def _form(scheme: str) -> _Form:
    form = _FORMS.get(scheme)
    if form is None:
        raise DecodeError(f"{scheme}: expected a scheme with GS1 element strings")
    return form


def _body(who: Identity, form: _Form) -> str:
    company, reference = who.parts[:2]
    text = reference[0] + company + reference[1:] if form.front else company + reference
    return text + check_digit(text) if form.check else text


def _unbody(body: str, company_digits: int, form: _Form) -> tuple[str, str]:
    if form.front:
        return body[1 : 1 + company_digits], body[0] + body[1 + company_digits :]
    return body[:company_digits], body[company_digits:]


def _gtin(key: str, digits: int) -> str:
    if digits not in GTIN_LENGTHS:
        raise DecodeError(f"expected a GTIN of 14, 13, 12 or 8 digits, asked for {digits}")
    spare = 14 - digits
    if key[:spare].strip("0"):
        raise DecodeError(f"expected {spare} leading zeros for a GTIN-{digits}, got {key}")
    return key[spare:]


def _named(text: str, scheme: str) -> str:
    """Return the scheme of an element string; where several begin alike, what stands behind the GTIN tells."""
    if scheme:
        if not text.startswith(f"({_form(scheme).ai})"):
            raise DecodeError(
                f"expected an element string that begins with ({_form(scheme).ai}), got {text[:20]!r}"
            )
        return scheme
    found = [name for name, form in _FORMS.items() if text.startswith(f"({form.ai})")]
    if len(found) > 1:
        found = [name for name in found if text[18:].startswith(f"({_FORMS[name].serial_ai})")]
    if not found:
        raise DecodeError(
            f"expected an element string of a GS1 key with its serial number, got {text[:40]!r}"
        )
    return found[0]


def _check_key(body: str, length: int, form: _Form) -> None:
    check_text(body, Alphabet.DIGITS, f"({form.ai})")
    if len(body) != length:
        raise DecodeError(f"({form.ai}): expected {length} digits, got {len(body)}")
    if body[-1] != check_digit(body[:-1]):
        raise DecodeError(f"({form.ai}): expected check digit {check_digit(body[:-1])}, got {body[-1]}")


def _behind(rest: str, scheme: str) -> tuple[str, ...]:
    """Return the parts that follow the key's digits."""
    form, parts = _FORMS[scheme], SCHEMES[scheme].parts[2:]
    if not form.serial_ai:
        if rest and not form.behind:
            raise DecodeError(f"({form.ai}): expected nothing behind the key, got {rest[:40]!r}")
        return (rest,) if form.behind else ()
    found = []
    for part in parts[: form.behind]:
        found.append(rest[: part.most])
        rest = rest[part.most :]
    if not rest and form.none is not None:
        return (*found, form.none)
    marker = f"({form.serial_ai})"
    if not rest.startswith(marker):
        raise DecodeError(f"({form.ai}): expected {marker} behind the key, got {rest[:20]!r}")
    return (*found, rest.removeprefix(marker))


def _split(rest: str, form: _Form) -> tuple[str, tuple[str, ...]]:
    """Cut a key of no fixed length from the serial number behind it."""
    if not form.serial_ai:
        return rest, ()
    key, marker, serial = rest.partition(f"({form.serial_ai})")
    if not marker:
        raise DecodeError(f"({form.ai}): expected ({form.serial_ai}) behind the key, got {rest[:40]!r}")
    return key, (serial,)
