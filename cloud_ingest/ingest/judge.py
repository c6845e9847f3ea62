"""What to do with the batches of one transaction, given what the database has of their lanes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from wire import Batch, Epoch, Gap, GatewayId, LaneAck, Seq, Stream
from wire.sync import Verdict, accept

UNTOLD: Final = "untold"
"""The reason of a loss that the gateway gave no reason for."""
_MOST: Final = 2**63 - 1


class LaneKey(Struct, frozen=True, kw_only=True):
    """Whose numbers: a gateway's stream within one epoch."""

    gateway: GatewayId
    stream: Stream
    epoch: Epoch


class Fresh(Struct, frozen=True, kw_only=True):
    """Rows to store: those of the batch from index `skip` on."""

    batch: Batch
    skip: int


class Move(Struct, frozen=True, kw_only=True):
    """A watermark to be moved from `expected` to `next`, with `fresh` rows stored on the way.

    Where the two are equal nothing moves, but what is told to the gateway rests on it: it must be where it is expected.
    """

    lane: LaneKey
    expected: int
    next: int
    fresh: int


class Lost(Struct, frozen=True, kw_only=True):
    """Numbers `first` to `end` (exclusive) that will never come; the times are None where nobody knows."""

    lane: LaneKey
    first: int
    end: int
    from_ms: int | None
    to_ms: int | None
    reason: str


class Judgement(Struct, frozen=True, kw_only=True):
    """What one transaction does: rows, watermarks, losses; and what each gateway is told once it is committed.

    `repeated` counts rows that the database had already, `refused` batches that start above what it wants.
    """

    fresh: tuple[Fresh, ...]
    moves: tuple[Move, ...]
    lost: tuple[Lost, ...]
    acks: Mapping[GatewayId, tuple[LaneAck, ...]]
    repeated: int
    refused: int


def lane_of(batch: Batch) -> LaneKey:
    """Return whose numbers a batch carries."""
    return LaneKey(gateway=batch.gateway, stream=batch.stream, epoch=batch.epoch)


def fits(batch: Batch) -> bool:
    """Whether a batch's numbers fit the 63 bits that the database has for them."""
    return max(batch.epoch, batch.oldest, batch.first + len(batch.rows)) <= _MOST


def judge(batches: Sequence[Batch], watermarks: Mapping[LaneKey, int]) -> Judgement:
    """Judge batches in the order in which they came; several may be of one lane.

    `watermarks` holds the next number wanted of every lane that the batches are of.
    """
    now: dict[LaneKey, int] = {}
    verdicts: list[tuple[Batch, Verdict]] = []
    lost: list[Lost] = []
    for batch in batches:
        lane = lane_of(batch)
        wanted = now.get(lane, watermarks[lane])
        verdict = accept(wanted, first=batch.first, count=len(batch.rows), oldest=batch.oldest)
        lost += lost_parts(lane, (wanted, verdict.lost_end), batch.gaps)
        now[lane] = verdict.next
        verdicts.append((batch, verdict))
    return Judgement(
        fresh=tuple(Fresh(batch=batch, skip=found.skip) for batch, found in verdicts if found.fresh),
        moves=_moves(verdicts, now, watermarks),
        lost=tuple(lost),
        acks=_acks(verdicts),
        repeated=sum(found.skip for _, found in verdicts if not found.refused),
        refused=sum(found.refused for _, found in verdicts),
    )


def lost_parts(lane: LaneKey, numbers: tuple[int, int], gaps: Sequence[Gap]) -> Iterator[Lost]:
    """Split lost numbers (first, end) by what the gateway told of them; every number comes once."""
    at, end = numbers
    for gap in sorted(gaps, key=lambda gap: gap.first):
        first, stop = max(at, gap.first), min(end, gap.end)
        if first >= stop:
            continue
        if at < first:
            yield Lost(lane=lane, first=at, end=first, from_ms=None, to_ms=None, reason=UNTOLD)
        yield Lost(lane=lane, first=first, end=stop, from_ms=gap.from_ms, to_ms=gap.to_ms, reason=gap.reason)
        at = stop
    if at < end:
        yield Lost(lane=lane, first=at, end=end, from_ms=None, to_ms=None, reason=UNTOLD)


def _moves(
    verdicts: Sequence[tuple[Batch, Verdict]], now: Mapping[LaneKey, int], watermarks: Mapping[LaneKey, int]
) -> tuple[Move, ...]:
    fresh: dict[LaneKey, int] = {}
    for batch, verdict in verdicts:
        lane = lane_of(batch)
        fresh[lane] = fresh.get(lane, 0) + verdict.fresh
    return tuple(
        Move(lane=lane, expected=watermarks[lane], next=next_, fresh=fresh[lane])
        for lane, next_ in now.items()
    )


def _acks(verdicts: Sequence[tuple[Batch, Verdict]]) -> dict[GatewayId, tuple[LaneAck, ...]]:
    """Give each gateway its answers: of a lane's taken batches only the last, since numbers are cumulative."""
    answers: dict[GatewayId, dict[tuple[LaneKey, int], LaneAck]] = {}
    for batch, verdict in verdicts:
        lane = lane_of(batch)
        mine = answers.setdefault(batch.gateway, {})
        key = (lane, batch.first if verdict.refused else -1)
        mine.pop(key, None)
        mine[key] = LaneAck(
            stream=batch.stream,
            epoch=batch.epoch,
            next=Seq(verdict.next),
            first=batch.first,
            refused=verdict.refused,
        )
    return {gateway: tuple(mine.values()) for gateway, mine in answers.items()}
