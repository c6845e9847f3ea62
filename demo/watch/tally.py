"""The count at the end: what the sensors know was acknowledged against what PostgreSQL holds."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Final

import psycopg
from msgspec import Struct

from demo.estate import GATEWAY, NEURONS, Identity
from wire import DeviceId

_HELD: Final = """
SELECT device.name, (extract(epoch FROM observation.at) * 1000)::bigint, count(*)
FROM observation
JOIN device ON device.id = observation.device
JOIN property ON property.id = observation.property
WHERE property.name = ANY(%s)
GROUP BY 1, 2
"""
_COUNTED: Final = ["parking.occupied", *(neuron.counted for neuron in NEURONS)]
"""The properties of which each utterance of a device carries one, once."""
_ROWS: Final = """
SELECT count(*), count(*) - count(DISTINCT (observation.gateway, stream, epoch, seq))
FROM observation JOIN gateway ON gateway.id = observation.gateway WHERE gateway.name = %s
"""
_GAPS: Final = "SELECT coalesce(sum(n), 0)::bigint FROM gap"


class Held(Struct, frozen=True, kw_only=True):
    """What the database holds: each reading with how often it is there, all rows of the gateway, rows whose number
    is there before, and rows that the gateway gave up and recorded as a gap."""

    readings: Mapping[Identity, int]
    rows: int
    repeated_rows: int
    given_up: int


class Tally(Struct, frozen=True, kw_only=True):
    """`missing` are acknowledged readings that are not there, `repeated` those that are there more than once."""

    committed: int
    missing: tuple[Identity, ...]
    repeated: tuple[Identity, ...]
    duplicated: int

    @property
    def lost(self) -> int:
        """How many acknowledged readings are not there."""
        return len(self.missing)

    @property
    def exact(self) -> bool:
        """Whether every acknowledged reading is there exactly once."""
        return not self.missing and not self.duplicated


def tally(promised: AbstractSet[Identity], held: Mapping[Identity, int]) -> Tally:
    """Compare; a reading that is there without having been acknowledged (the answer was lost) is no fault."""
    return Tally(
        committed=len(held),
        missing=tuple(sorted(promised - held.keys())),
        repeated=tuple(sorted(identity for identity, times in held.items() if times > 1)),
        duplicated=sum(times - 1 for times in held.values()),
    )


async def read_held(database_url: str) -> Held:
    """Read what the database holds."""
    async with await psycopg.AsyncConnection.connect(database_url) as conn:
        readings = await (await conn.execute(_HELD, [_COUNTED])).fetchall()
        rows = await (await conn.execute(_ROWS, [GATEWAY])).fetchone()
        gaps = await (await conn.execute(_GAPS)).fetchone()
    assert rows is not None
    assert gaps is not None
    return Held(
        readings={(DeviceId(device), at_ms): times for device, at_ms, times in readings},
        rows=rows[0],
        repeated_rows=rows[1],
        given_up=gaps[0],
    )
