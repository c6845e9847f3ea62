"""The count of tags at the end: what the readers know against what the gateway told and PostgreSQL holds."""

from collections.abc import Mapping
from typing import Final

import psycopg
from msgspec import Struct

from demo.estate import RfidReaders, build_tags

_EVENTS: Final = "SELECT phase, count(*) FROM event WHERE rule = 'seal_broken' GROUP BY phase"
_STRANGERS: Final = "SELECT count(*) FROM device WHERE name LIKE 'tag:%%' AND name <> ALL(%s)"


class SealCount(Struct, frozen=True, kw_only=True):
    """`left` and `returned`: seals taken away and put back. `raised` and `cleared`: alarms in PostgreSQL.

    `sightings` were told by the readers. By the gateway's own count, the rows of `kept` were written down, `folded`
    said nothing new, and `strange` were of tags that nobody planned. Of these PostgreSQL knows `strangers_stored`.
    """

    left: int
    returned: int
    raised: int
    cleared: int
    sightings: int
    kept: int
    folded: int
    strange: int
    strangers_stored: int

    @property
    def good(self) -> bool:
        """Whether each seal that left raised one alarm, each return cleared one, and no stranger was stored."""
        return self.left == self.raised and self.returned == self.cleared and not self.strangers_stored


async def count_seals(database_url: str, readers: RfidReaders, told: Mapping[str, int]) -> SealCount:
    """Count; `told` is what the gateway says of its pipeline."""
    known = [tag.plan.device for tag in build_tags()]
    async with await psycopg.AsyncConnection.connect(database_url) as conn:
        events: dict[str, int] = dict(await (await conn.execute(_EVENTS)).fetchall())
        stored = await (await conn.execute(_STRANGERS, [known])).fetchone()
    assert stored is not None
    seen = readers.seen
    return SealCount(
        left=seen.left,
        returned=seen.returned,
        raised=events.get("raised", 0),
        cleared=events.get("cleared", 0),
        sightings=seen.sightings,
        kept=told.get("tags_kept", 0),
        folded=told.get("tags_folded", 0),
        strange=told.get("tags_strange", 0),
        strangers_stored=stored[0],
    )
