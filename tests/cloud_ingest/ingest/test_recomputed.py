"""Hourly moments and newest values in the database are those that its rows give, whatever came in which order."""

import asyncio

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cloud_ingest.rollup import AHEAD_MS, HOUR_MS
from tests.cloud_ingest.engine import query
from tests.cloud_ingest.gateways import NOON_MS, batch, hello, parcel
from tests.cloud_ingest.ingest.rig import Rig, writing
from wire import Batch, Hello, Value

BOOTED_MS = NOON_MS - 5 * HOUR_MS
HOURS_FROM_ROWS = """
SELECT gateway, property, date_trunc('hour', at), count(*), count(value), coalesce(sum(value), 0),
       min(value), max(value),
       (array_agg(value ORDER BY at DESC) FILTER (WHERE value IS NOT NULL))[1],
       max(at) FILTER (WHERE value IS NOT NULL)
FROM observation GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""
HOURS = "SELECT * FROM hourly ORDER BY 1, 2, 3"
NEWEST_FROM_ROWS = """
SELECT DISTINCT ON (device, property) device, property, at, value, text, trust, gateway FROM observation
ORDER BY device, property, at > to_timestamp(%s / 1000.0), at DESC"""
NEWEST = "SELECT * FROM latest ORDER BY device, property"


@st.composite
def sent(draw: st.DrawFn) -> Batch | Hello:
    """One message of one of three lanes of one of two gateways; no two rows of a gateway have the same time."""
    gateway, epoch = draw(st.sampled_from(["gw-1", "gw-2"])), draw(st.integers(1, 3))
    if draw(st.integers(0, 7)) == 0:
        return hello(gateway, lanes=((epoch, 0, 9),), clocks=((epoch, BOOTED_MS),))
    hour = draw(st.sampled_from([0, 1, -1, 2, 24 * 400]))
    count = draw(st.integers(0, 8))
    texts = st.sampled_from(["free", "occupied"])
    values: list[Value] = draw(st.lists(st.integers(-9, 9) | texts, min_size=count, max_size=count))
    undated = draw(st.booleans()) and hour in (0, 1)
    one = batch(
        gateway,
        first=draw(st.integers(0, 12)),
        count=count,
        epoch=epoch,
        at_ms=(0 if undated else NOON_MS) + hour * HOUR_MS + epoch,
        values=values,
        trust=2 if undated else 0,
    )
    return replace(one, rows=replace(one.rows, device=["bay"] * count))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns=st.lists(st.lists(sent(), min_size=1, max_size=4), min_size=1, max_size=5))
@example(turns=[[batch(count=3, trust=2, at_ms=0)], [hello(clocks=((7, BOOTED_MS),))]])
@example(turns=[[batch(count=3)], [batch(count=3, at_ms=NOON_MS + 1, epoch=8)], [batch(count=3)]])
def test_what_is_kept_beside_the_rows_follows_from_them(
    database_url: str, turns: list[list[Batch | Hello]]
) -> None:
    async def scenario() -> None:
        async with writing(Rig(database_url)) as (rig,):
            for turn in turns:
                for message in turn:
                    assert rig.inbox.offer(parcel(message))
            for name in ("gw-1", "gw-2", "last"):  # the last one is answered when all before it is done
                await rig.send(hello(name, clocks=[(n, BOOTED_MS) for n in range(9)]))

    tables = "observation, undated, hourly, latest, watermark, boot_clock, gateway"
    query(database_url, f"TRUNCATE {tables} CASCADE")
    asyncio.run(scenario())
    assert query(database_url, HOURS) == query(database_url, HOURS_FROM_ROWS)
    assert query(database_url, NEWEST) == query(database_url, NEWEST_FROM_ROWS, NOON_MS + AHEAD_MS)
    assert query(database_url, "SELECT * FROM undated") == []
    doubled = "SELECT gateway, stream, epoch, seq FROM observation GROUP BY 1, 2, 3, 4 HAVING count(*) > 1"
    assert query(database_url, doubled) == []
