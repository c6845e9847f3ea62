"""Turns judged batches into the entry that one transaction writes."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from cloud_ingest.ingest.judge import Judgement, LaneKey
from cloud_ingest.ingest.lay_out import Ids, lay_out
from cloud_ingest.store import (
    STREAM_NUMBER,
    Entry,
    GapRow,
    Heard,
    LaneId,
    LaneMove,
    Sheet,
    deposit_of,
    split_by_date,
    telling,
)
from wire import Batch


class Posted(Struct, frozen=True, kw_only=True):
    """A batch with the shard on which it came."""

    shard: int
    batch: Batch


def entry_of(
    posted: Sequence[Posted],
    judgement: Judgement,
    ids: Ids,
    offsets: Mapping[LaneKey, int],
    limit_ms: int,
) -> Entry:
    """Plan what to write; `offsets` holds the boot offsets that are known, in ms."""
    dated: list[Sheet] = []
    undated: list[Sheet] = []
    for fresh in judgement.fresh:
        batch = fresh.batch
        key = LaneKey(gateway=batch.gateway, stream=batch.stream, epoch=batch.epoch)
        split = split_by_date(lay_out(fresh, ids), offsets.get(key))
        dated += [split.dated] if split.dated else []
        undated += [split.undated] if split.undated else []
    lane_id = lane_ids(ids)
    return Entry(
        moves=tuple(
            LaneMove(lane=lane_id(move.lane), expected=move.expected, next=move.next, fresh=move.fresh)
            for move in judgement.moves
        ),
        gaps=tuple(
            GapRow(
                lane=lane_id(lost.lane),
                first=lost.first,
                end=lost.end,
                from_ms=lost.from_ms,
                to_ms=lost.to_ms,
                reason=lost.reason,
            )
            for lost in judgement.lost
        ),
        heard=heard_of(posted, ids),
        deposit=deposit_of(dated, undated, telling(ids.property), limit_ms),
    )


def lane_ids(ids: Ids) -> Callable[[LaneKey], LaneId]:
    """Give the function that names a lane as the database does."""

    def lane_id(lane: LaneKey) -> LaneId:
        return LaneId(gateway=ids.gateway[lane.gateway], stream=STREAM_NUMBER[lane.stream], epoch=lane.epoch)

    return lane_id


def heard_of(posted: Sequence[Posted], ids: Ids) -> tuple[Heard, ...]:
    """Return every gateway of these batches once, with the newest of its clock's times."""
    heard: dict[int, Heard] = {}
    for one in posted:
        gateway = ids.gateway[one.batch.gateway]
        known = heard.get(gateway)
        if known is None or one.batch.sent_ms >= known.sent_ms:
            heard[gateway] = Heard(gateway=gateway, shard=one.shard, sent_ms=one.batch.sent_ms)
    return tuple(heard.values())
