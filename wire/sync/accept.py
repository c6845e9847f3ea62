"""The cloud's half of the sync: which rows of a batch are fresh, given the watermark."""

from msgspec import Struct


class Verdict(Struct, frozen=True, kw_only=True):
    """What to do with a batch of `count` rows.

    Store the rows from index `skip` on (`fresh` of them), record the `lost` numbers below `lost_end` as a gap, move
    the watermark to `next` and acknowledge it. `refused` says that the batch starts above what is wanted: nothing of
    it is stored, and the gateway is asked to go on from `next`.
    """

    skip: int
    fresh: int
    lost: int
    lost_end: int
    next: int
    refused: bool


def accept(watermark: int, *, first: int, count: int, oldest: int) -> Verdict:
    """Judge a batch of rows `first` to `first + count` by the next number that the database wants.

    What lies below `oldest` no longer exists on the gateway, so waiting for it would block the lane for ever: the
    watermark passes it and the hole is recorded. It never moves down.
    """
    wanted = max(watermark, oldest)
    refused = first > wanted
    end = wanted if refused else max(wanted, first + count)
    return Verdict(
        skip=count if refused else min(count, wanted - first),
        fresh=end - wanted,
        lost=wanted - watermark,
        lost_end=wanted,
        next=end,
        refused=refused,
    )
