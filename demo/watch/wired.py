"""The count of the polled meters: what the gateway heard whole against what PostgreSQL holds.

A meter on a line is never told that it was heard. So the promise is the gateway's: every answer that it counts as heard
whole must be in the database once. The meters remember what they said, and nothing else may be there.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import psycopg
from msgspec import Struct

from demo.estate.wired import Line
from wire import DeviceId

_HELD: Final = """
SELECT device.name, (extract(epoch FROM observation.at) * 1000)::bigint, property.name, min(observation.value), count(*)
FROM observation
JOIN device ON device.id = observation.device
JOIN property ON property.id = observation.property
WHERE device.name = ANY(%s) AND property.name <> 'device.link_lost'
GROUP BY 1, 2, 3
"""

Moment = tuple[DeviceId, int]
"""A meter and the millisecond at which it was heard: one answer, because a line is still between two answers."""


class WiredHeld(Struct, frozen=True, kw_only=True):
    """What the database holds of the meters: answers, the indices that came with them, rows that are there again."""

    answers: frozenset[Moment]
    indices: Mapping[DeviceId, Sequence[float]]
    again: int


class Wired(Struct, frozen=True, kw_only=True):
    """Answers by what became of them.

    `answered`: said by meters. `heard`: whole, as the gateway counts them. `committed`: in PostgreSQL. `lost`: heard
    and not there. `duplicated`: rows that are there more than once. `invented`: what is there and was not heard, or
    has an index that no meter has said. `dead`: meters that the gateway has given up for now.
    """

    lines: int = 0
    meters: int = 0
    answered: int = 0
    heard: int = 0
    committed: int = 0
    lost: int = 0
    duplicated: int = 0
    invented: int = 0
    timeouts: int = 0
    broken: int = 0
    dead: int = 0

    @property
    def good(self) -> bool:
        """Whether everything that was heard is there exactly once, and nothing else."""
        return not self.meters or (self.heard > 0 and not (self.lost or self.duplicated or self.invented))


def tally_wired(lines: Sequence[Line], counts: Mapping[str, Mapping[str, int]], held: WiredHeld) -> Wired:
    """Compare; `counts` are the gateway's own, by line."""
    ours = [counts.get(line.name, {}) for line in lines]
    heard = sum(count.get("answered", 0) for count in ours)
    return Wired(
        lines=len(lines),
        meters=sum(len(line.meters) for line in lines),
        answered=sum(line.answered for line in lines),
        heard=heard,
        committed=len(held.answers),
        lost=max(0, heard - len(held.answers)),
        duplicated=held.again,
        invented=sum(_invented(line, held) for line in lines) + max(0, len(held.answers) - heard),
        timeouts=sum(count.get("timeouts", 0) for count in ours),
        broken=sum(count.get("broken", 0) for count in ours),
        dead=sum(count.get("dead", 0) for count in ours),
    )


def _invented(line: Line, held: WiredHeld) -> int:
    wrong = 0
    for meter in line.meters:
        indices = held.indices.get(meter.device, ())
        said = {line.tongue.value(index) for index in meter.said}
        wrong += len(indices) - len(said & set(indices))
    return wrong


async def read_wired(database_url: str, lines: Sequence[Line]) -> WiredHeld:
    """Read what the database holds of the meters of these lines."""
    properties = {meter.device: line.tongue.property for line in lines for meter in line.meters}
    async with await psycopg.AsyncConnection.connect(database_url) as conn:
        rows = await (await conn.execute(_HELD, [list(properties)])).fetchall()
    answers: set[Moment] = set()
    indices: dict[DeviceId, list[float]] = {}
    again = 0
    for name, at_ms, property_name, value, times in rows:
        device = DeviceId(name)
        answers.add((device, at_ms))
        again += times - 1
        if property_name == properties[device]:
            indices.setdefault(device, []).append(value)
    return WiredHeld(answers=frozenset(answers), indices=indices, again=again)
