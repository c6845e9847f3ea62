"""Reads the bytes of a SenML pack or stream (RFC 8428), JSON or CBOR, into records with the JSON labels."""

import binascii
import json
import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Final, NoReturn

import cbor2

from device_profiles.errors import DecodeError
from device_profiles.protocols.senml.dialect import Dialect
from device_profiles.reading import Format

Labelled = Mapping[str, object]
"""One record as it stands in the pack; `vd` holds bytes, whichever way they were written."""

# RFC 8428, table 4.
_LABELS: Final = {
    -1: "bver",
    -2: "bn",
    -3: "bt",
    -4: "bu",
    -5: "bv",
    -6: "bs",
    0: "n",
    1: "u",
    2: "v",
    3: "vs",
    4: "vb",
    5: "s",
    6: "t",
    7: "ut",
    8: "vd",
}
_CBOR: Final = frozenset({Format.SENML_CBOR, Format.SENSML_CBOR})
_STREAMS: Final = frozenset({Format.SENSML_JSON, Format.SENSML_CBOR})
_ENDLESS_ARRAY: Final = 0x9F
_BREAK: Final = b"\xff"
_DEEPEST: Final = 16
"""A record holds plain values; only fields that nobody knows could be nested."""
_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]*")


def read_pack(payload: bytes, form: Format, dialect: Dialect = Dialect.LWM2M) -> list[Labelled]:
    """Return the records of a pack, or of as much of a stream (`sensml`) as came.

    Raises:
        DecodeError: the bytes are no array of maps, or a map has a label twice.
    """
    if form in _STREAMS:
        payload = _closed(payload, form)
    pack = _read_cbor(payload) if form in _CBOR else _read_json(payload, dialect)
    return [_linked(record) for record in pack] if dialect is Dialect.LWM2M else pack


def guess_format(payload: bytes) -> Format:
    """Say which form a pack without a declared format has: JSON starts with a bracket, CBOR with an array."""
    return Format.SENML_JSON if payload[:32].lstrip()[:1] in (b"[", b"{", b"") else Format.SENML_CBOR


def _linked(record: Labelled) -> Labelled:
    """LwM2M 1.1 core, 7.4.4: an object link stands in a field of its own."""
    if "vlo" not in record or "vs" in record:
        return record
    return {("vs" if label == "vlo" else label): value for label, value in record.items()}


def _closed(payload: bytes, form: Format) -> bytes:
    """Close the array of a stream that has not come to its end (RFC 8428, 4.8)."""
    if form is Format.SENSML_CBOR:
        endless = payload[:1] == bytes([_ENDLESS_ARRAY])
        return payload + _BREAK if endless and payload[-1:] != _BREAK else payload
    text = payload.strip()
    return text if text.endswith(b"]") else text.rstrip(b",") + b"]"


def _read_json(payload: bytes, dialect: Dialect) -> list[Labelled]:
    try:
        pack = json.loads(payload.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise DecodeError(f"expected a SenML pack as JSON: {error}") from error
    records = _records(pack, "JSON")
    return [
        {**record, "vd": _opaque(record["vd"], dialect)} if "vd" in record else record for record in records
    ]


def _once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise DecodeError("expected each label once in a SenML record")
    return found


def _no_number(word: str) -> NoReturn:
    raise DecodeError(f"expected a finite number, got {word}")


def _opaque(found: object, dialect: Dialect) -> bytes:
    """In JSON, bytes are base64url without padding (RFC 8428, 4.3); Wakaama pads them."""
    if dialect is Dialect.LWM2M and isinstance(found, str) and len(found) % 4 == 0:
        found = found.removesuffix("=").removesuffix("=")
    if not isinstance(found, str) or not _BASE64URL.fullmatch(found) or len(found) % 4 == 1:
        raise DecodeError(f"expected base64url without padding as vd, got {str(found)[:40]!r}")
    text = found.replace("-", "+").replace("_", "/")
    return binascii.a2b_base64(text + "=" * (-len(text) % 4))


def _read_cbor(payload: bytes) -> list[Labelled]:
    decoder = cbor2.CBORDecoder(BytesIO(payload), max_depth=_DEEPEST, allow_duplicate_keys=False)
    try:
        pack = decoder.decode()
    except (cbor2.CBORDecodeError, ValueError, TypeError, ArithmeticError, RecursionError) as error:
        raise DecodeError(f"expected a SenML pack as CBOR: {error}") from error
    if not _at_end(decoder):
        raise DecodeError("expected one SenML pack as CBOR, got more bytes behind it")
    return [_labelled(record) for record in _records(pack, "CBOR")]


def _at_end(decoder: cbor2.CBORDecoder) -> bool:
    try:
        decoder.read(1)
    except cbor2.CBORDecodeEOF:
        return True
    return False


def _records(pack: object, form: str) -> list[dict[str, object]]:
    if not isinstance(pack, list) or not all(isinstance(record, dict) for record in pack):
        raise DecodeError(f"expected a SenML pack as {form}: an array of maps, got {type(pack).__name__}")
    return pack


def _labelled(record: Mapping[str, object]) -> Labelled:
    found = {_label(key): value for key, value in record.items()}
    if len(found) != len(record):
        raise DecodeError("expected each label once in a SenML record, got one as number and as text")
    if not isinstance(found.get("vd", b""), bytes):
        raise DecodeError(f"expected a byte string as vd, got {str(found['vd'])[:40]!r}")
    return found


def _label(key: object) -> str:
    """Return the JSON label; labels that the RFC does not know are kept, a text label may mean "must understand"."""
    if isinstance(key, int) and not isinstance(key, bool):
        return _LABELS.get(key, str(key))
    if isinstance(key, str):
        return key
    raise DecodeError(f"expected numbers or texts as SenML labels, got {type(key).__name__}")
