"""The count of what devices beside the garage said: LwM2M notifications and sent readings, against PostgreSQL."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

import psycopg
from msgspec import Struct

from demo.estate import Identity
from demo.watch.tally import tally
from wire import DeviceId

_HELD: Final = """
SELECT device.name, (extract(epoch FROM observation.at) * 1000)::bigint, count(*)
FROM observation
JOIN device ON device.id = observation.device
JOIN property ON property.id = observation.property
WHERE property.name = ANY(%s)
GROUP BY 1, 2
"""
LWM2M: Final = ("water.index", "fire.smoke", "manhole.open")


class Beside(Struct, frozen=True, kw_only=True):
    """`promised` readings were acknowledged after they were kept; of those `lost` are not there, `duplicated` twice.

    `notified` left as notifications, which promise nothing; `arrived` of them are there.
    """

    promised: int
    lost: int
    duplicated: int
    notified: int
    arrived: int

    @property
    def good(self) -> bool:
        """Whether every promise was kept, and nothing is there twice."""
        return not self.lost and not self.duplicated


def beside(
    promised: AbstractSet[Identity], notified: AbstractSet[Identity], held: Mapping[Identity, int]
) -> Beside:
    """Compare."""
    found = tally(promised, held)
    return Beside(
        promised=len(promised),
        lost=found.lost,
        duplicated=found.duplicated,
        notified=len(notified),
        arrived=len(notified & held.keys()),
    )


async def read_beside(database_url: str, properties: Sequence[str] = LWM2M) -> Mapping[Identity, int]:
    """Read what the database holds of these properties: who said it when, and how often it is there."""
    async with await psycopg.AsyncConnection.connect(database_url) as conn:
        rows = await (await conn.execute(_HELD, [list(properties)])).fetchall()
    return {(DeviceId(device), at_ms): times for device, at_ms, times in rows}
