"""Messages as bytes: msgpack with a version tag, batches squeezed by zstd."""

from typing import Final

import msgspec
from msgspec import Struct

from wire.batch import Batch, Gap, Rows
from wire.columns import (
    Rising,
    Whole,
    pack_names,
    pack_rising,
    pack_whole,
    unpack_names,
    unpack_rising,
    unpack_whole,
)
from wire.errors import WireError
from wire.ids import Epoch, GatewayId, Seq, Stream
from wire.messages import Ack, Command, Hello, Reply
from wire.observation import Value
from wire.squeeze import squeeze, unsqueeze

MOST_ROWS: Final = 4096
"""A batch holds at most this many rows."""
MOST_BYTES: Final = 256 * 1024
"""No message is longer than this on the wire."""


class _Packed(Struct, frozen=True, kw_only=True, array_like=True, tag="batch1"):
    """A batch as it crosses the wire, first version."""

    gateway: GatewayId
    stream: Stream
    epoch: Epoch
    first: Seq
    oldest: Seq
    sent_ms: int
    backfill: bool
    gaps: tuple[Gap, ...]
    count: int
    devices: list[str]
    device: Whole
    properties: list[str]
    property: Whole
    at_ms: Rising
    trust: Whole
    whole: Whole | None
    value: list[Value] | None


Message = Batch | Hello | Ack | Command | Reply
_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[_Packed | Hello | Ack | Command | Reply] = msgspec.msgpack.Decoder(
    _Packed | Hello | Ack | Command | Reply
)
_NONE = Whole(code="=", count=0)


def encode(message: Message) -> bytes:
    """Turn a message into bytes for the wire.

    Raises:
        WireError: the batch is too large or its columns differ in length.
    """
    if not isinstance(message, Batch):
        return _encoder.encode(message)
    return squeeze(_encoder.encode(_pack(message)))


def decode(raw: bytes) -> Message:
    """Turn bytes from the wire into a message.

    Raises:
        WireError: the bytes are no message of a version that this program knows, or too large.
    """
    if len(raw) > MOST_BYTES:
        raise WireError(f"expected at most {MOST_BYTES} bytes, got {len(raw)}")
    try:
        message = _decoder.decode(unsqueeze(raw))
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise WireError(f"expected a message of version 1: {error}") from error
    return _unpack(message) if isinstance(message, _Packed) else message


def _pack(batch: Batch) -> _Packed:
    rows = batch.rows
    count = len(rows)
    if count > MOST_ROWS or {count} != {
        len(rows.property),
        len(rows.value),
        len(rows.at_ms),
        len(rows.trust),
    }:
        raise WireError(f"expected at most {MOST_ROWS} rows in columns of one length, got {count}")
    devices, device = pack_names(rows.device)
    properties, property_ = pack_names(rows.property)
    whole = set(map(type, rows.value)) <= {int, bool}
    return _Packed(
        gateway=batch.gateway,
        stream=batch.stream,
        epoch=batch.epoch,
        first=batch.first,
        oldest=batch.oldest,
        sent_ms=batch.sent_ms,
        backfill=batch.backfill,
        gaps=batch.gaps,
        count=count,
        devices=devices,
        device=device,
        properties=properties,
        property=property_,
        at_ms=pack_rising(rows.at_ms) if count else Rising(first=0, steps=_NONE),
        trust=pack_whole(rows.trust),
        whole=pack_whole(rows.value) if whole else None,  # type: ignore[arg-type]  # the line above proved it
        value=None if whole else list(rows.value),
    )


def _unpack(packed: _Packed) -> Batch:
    _check_counts(packed)
    value = packed.value if packed.whole is None else unpack_whole(packed.whole)
    rows = Rows(
        device=unpack_names(packed.devices, packed.device),
        property=unpack_names(packed.properties, packed.property),
        value=value or [],
        at_ms=unpack_rising(packed.at_ms) if packed.count else [],
        trust=unpack_whole(packed.trust),
    )
    if {packed.count} != {
        len(rows),
        len(rows.property),
        len(rows.value),
        len(rows.at_ms),
        len(rows.trust),
    }:
        raise WireError(f"expected {packed.count} rows in every column")
    return Batch(
        gateway=packed.gateway,
        stream=packed.stream,
        epoch=packed.epoch,
        first=packed.first,
        oldest=packed.oldest,
        sent_ms=packed.sent_ms,
        rows=rows,
        backfill=packed.backfill,
        gaps=packed.gaps,
    )


def _check_counts(packed: _Packed) -> None:
    """Refuse a column that claims more rows than a batch may hold, before any memory is taken for it."""
    columns = (
        packed.device,
        packed.property,
        packed.trust,
        packed.at_ms.steps,
        packed.whole or _NONE,
    )
    most = max(column.count for column in columns)
    if not 0 <= packed.count <= MOST_ROWS or most > packed.count:
        raise WireError(f"expected at most {MOST_ROWS} rows, got {packed.count} with a column of {most}")
    if min(packed.epoch, packed.oldest, packed.first) < 0:
        raise WireError("expected epoch, oldest and first of 0 or more")
