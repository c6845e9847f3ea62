"""Who must give up rows when the outbox is full: a pure choice."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from edge_agent.outbox.lane import HeldRun
from wire import Stream

_LOWEST_FIRST = tuple(reversed(Stream))


class Yielding(Struct, frozen=True, kw_only=True):
    """Rows of a lane below `below` are the next to go."""

    number: int
    below: int


def who_yields(runs: Sequence[HeldRun], most_bytes: int, quotas: Mapping[Stream, float]) -> Yielding | None:
    """Choose the lane that gives up its oldest rows next, None if nothing is held.

    First what the cloud already holds, then the lowest stream that fills more than its quota, then the lowest stream
    that holds anything. Within a stream the oldest lane goes first; `runs` are ordered by age.
    """
    waiting = [run for run in runs if run.next > run.oldest]
    for stream in _LOWEST_FIRST:
        for run in waiting:
            if run.stream == stream and run.acked > run.oldest:
                return Yielding(number=run.number, below=run.acked)
    for share in (most_bytes, 0):
        for stream in _LOWEST_FIRST:
            lanes = [run for run in waiting if run.stream == stream]
            spared = stream is Stream.ALARM and len(lanes) < len(waiting)
            if lanes and not spared and sum(run.size for run in lanes) > share * quotas.get(stream, 0.0):
                return Yielding(number=lanes[0].number, below=lanes[0].next)
    return None
