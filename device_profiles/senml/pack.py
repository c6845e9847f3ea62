"""Reads the bytes of a SenML pack (RFC 8428), JSON or CBOR, into records with the JSON labels."""

from collections.abc import Mapping
from io import BytesIO

import cbor2
import msgspec

from device_profiles.errors import DecodeError
from device_profiles.reading import Format

Labelled = Mapping[str, object]
"""One record as it stands in the pack."""

# RFC 8428, table 4; ut is label 7.
_LABELS = {
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
_json = msgspec.json.Decoder(list[dict[str, object]])


def read_pack(payload: bytes, form: Format) -> list[Labelled]:
    """Return the records of a pack.

    Raises:
        DecodeError: the bytes are no array of maps.
    """
    return _read_cbor(payload) if form is Format.SENML_CBOR else _read_json(payload)


def guess_format(payload: bytes) -> Format:
    """Say which form a pack without a declared format has: JSON starts with a bracket, CBOR with an array."""
    return Format.SENML_JSON if payload[:32].lstrip()[:1] in (b"[", b"{", b"") else Format.SENML_CBOR


def _read_json(payload: bytes) -> list[Labelled]:
    try:
        return list(_json.decode(payload))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DecodeError(f"expected a SenML pack as JSON: {error}") from error


def _read_cbor(payload: bytes) -> list[Labelled]:
    decoder = cbor2.CBORDecoder(BytesIO(payload))
    try:
        pack = decoder.decode()
    except (cbor2.CBORDecodeError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise DecodeError(f"expected a SenML pack as CBOR: {error}") from error
    if not _at_end(decoder):
        raise DecodeError("expected one SenML pack as CBOR, got more bytes behind it")
    if not isinstance(pack, list) or not all(isinstance(record, dict) for record in pack):
        raise DecodeError(f"expected a SenML pack: an array of maps, got {type(pack).__name__}")
    return [{_label(key): value for key, value in record.items()} for record in pack]


def _at_end(decoder: cbor2.CBORDecoder) -> bool:
    try:
        decoder.read(1)
    except cbor2.CBORDecodeEOF:
        return True
    return False


def _label(key: object) -> str:
    """Return the JSON label; labels that the RFC does not know are kept, a text label may mean "must understand"."""
    if isinstance(key, int) and not isinstance(key, bool):
        return _LABELS.get(key, str(key))
    if isinstance(key, str):
        return key
    raise DecodeError(f"expected numbers or texts as SenML labels, got {type(key).__name__}")
