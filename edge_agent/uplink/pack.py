"""A slice of the outbox as the bytes of one batch."""

from collections.abc import Callable

from edge_agent.outbox import Outbox
from wire import MOST_BYTES, Batch, GatewayId, Rows, Seq, encode
from wire.sync import Slice


def pack(outbox: Outbox, part: Slice, gateway: GatewayId, now_ms: int) -> tuple[bytes, Seq]:
    """Read and encode a slice; returns the bytes and the end of what fitted into one message.

    Rows with long texts may not fit all: then the first half goes, or a quarter, down to a single row.
    """
    rows = outbox.read(part)
    gaps = outbox.gaps(part.stream, part.epoch, part.oldest)

    def batch(count: int) -> bytes:
        return encode(
            Batch(
                gateway=gateway,
                stream=part.stream,
                epoch=part.epoch,
                first=part.first,
                oldest=part.oldest,
                sent_ms=now_ms,
                rows=rows if count == len(rows) else first_rows(rows, count),
                backfill=part.backfill,
                gaps=gaps,
            )
        )

    count, raw = _largest(len(rows), batch)
    return raw, Seq(part.first + count)


def first_rows(rows: Rows, count: int) -> Rows:
    """Return the first `count` rows."""
    return Rows(
        device=rows.device[:count],
        property=rows.property[:count],
        value=rows.value[:count],
        at_ms=rows.at_ms[:count],
        trust=rows.trust[:count],
    )


def _largest(count: int, batch: Callable[[int], bytes]) -> tuple[int, bytes]:
    raw = batch(count)
    while len(raw) > MOST_BYTES and count > 1:
        count = (count + 1) // 2
        raw = batch(count)
    return count, raw
