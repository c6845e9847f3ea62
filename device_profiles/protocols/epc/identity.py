"""An EPC without regard to how a tag holds it: its pure identity and the URI that writes it."""

from msgspec import Struct

from device_profiles.errors import DecodeError
from device_profiles.protocols.epc.characters import Alphabet, check_text, escaped, unescaped
from device_profiles.protocols.epc.schemes import SCHEMES, Part, Scheme


class Identity(Struct, frozen=True, kw_only=True):
    """Who is meant: the parts of a scheme, as plain text without escapes. Make one with `identity`."""

    scheme: str
    parts: tuple[str, ...]

    @property
    def uri(self) -> str:
        """The pure identity URI."""
        scheme = SCHEMES[self.scheme]
        return scheme.prefix + ("." if scheme.dotted else "").join(map(escaped, self.parts))


def identity(scheme: str, parts: tuple[str, ...]) -> Identity:
    """Return the identity if its parts are what the scheme asks for.

    Raises:
        DecodeError: says which part has which fault.
    """
    known = SCHEMES[scheme]
    if len(parts) != len(known.parts):
        raise DecodeError(f"{scheme}: expected {len(known.parts)} parts, got {len(parts)}")
    for part, text in zip(known.parts, parts, strict=True):
        _check_part(scheme, part, text)
    _check_together(known, parts)
    return Identity(scheme=scheme, parts=parts)


def read_identity(uri: str, scheme: str = "") -> Identity:
    """Read a pure identity URI, or an EPC class URI; of the named scheme, where one is named.

    Raises:
        DecodeError: says what was expected and what came.
    """
    known = _scheme_of(uri)
    if scheme and known.name != scheme:
        raise DecodeError(f"expected a URI of scheme {scheme}, got one of {known.name}")
    body = uri.removeprefix(known.prefix)
    texts = body.split(".", len(known.parts) - 1) if known.dotted else _cut(known, body)
    if len(texts) != len(known.parts):
        raise DecodeError(f"{known.name}: expected {len(known.parts)} parts, got {len(texts)}")
    return identity(known.name, parts_of(known, texts))


def parts_of(scheme: Scheme, texts: list[str]) -> tuple[str, ...]:
    """Undo a URI's escapes in each part.

    Raises:
        DecodeError: an escape is wrong, missing or needless.
    """
    return tuple(
        unescaped(text, f"{scheme.name}, {part.name}") for part, text in zip(scheme.parts, texts, strict=True)
    )


def _scheme_of(uri: str) -> Scheme:
    pieces = uri.split(":", 4)
    if len(pieces) != 5 or pieces[:2] != ["urn", "epc"] or pieces[2] not in ("id", "class"):
        raise DecodeError(f"expected a URI like urn:epc:id:<scheme>:..., got {uri[:80]!r}")
    scheme = SCHEMES.get(pieces[3])
    if scheme is None or scheme.kind != pieces[2]:
        raise DecodeError(f"expected an EPC scheme after urn:epc:{pieces[2]}:, got {pieces[3][:40]!r}")
    return scheme


def _cut(scheme: Scheme, body: str) -> list[str]:
    """Cut a text whose parts all have fixed lengths but stand without dots; the last takes what is left."""
    texts, at = [], 0
    for part in scheme.parts[:-1]:
        texts.append(body[at : at + part.most])
        at += part.most
    return [*texts, body[at:]]


def _check_part(scheme: str, part: Part, text: str) -> None:
    where = f"{scheme}, {part.name}"
    if not part.least <= len(text) <= part.most:
        wanted = str(part.least) if part.least == part.most else f"{part.least} to {part.most}"
        raise DecodeError(f"{where}: expected {wanted} characters, got {len(text)} in {text[:60]!r}")
    check_text(text, part.alphabet, where)
    if part.highest is not None and part.alphabet is Alphabet.NUMBER and int(text) > part.highest:
        raise DecodeError(f"{where}: expected at most {part.highest}, got {text}")


def _check_together(scheme: Scheme, parts: tuple[str, ...]) -> None:
    length = sum(map(len, parts[:2]))
    if scheme.together is not None and length != scheme.together:
        raise DecodeError(
            f"{scheme.name}: expected {scheme.together} digits in company prefix and reference, got {length}"
        )
    if scheme.together_most is not None and length > scheme.together_most:
        raise DecodeError(
            f"{scheme.name}: expected at most {scheme.together_most} characters in company prefix and reference, "
            f"got {length}"
        )
