"""Packed rows come out of PostgreSQL as they went in."""

import asyncio

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloud_ingest.store import Database, Sheet, commit, deposit_of, telling
from cloud_ingest.store.commit import Entry
from tests.cloud_ingest.engine import query

DATED = """SELECT gateway, stream, epoch, seq, device, property, trust, value, text FROM observation ORDER BY seq"""
UNDATED = DATED.replace("observation", "undated")
values = st.tuples(st.floats(allow_nan=False, allow_infinity=False), st.none()) | st.tuples(
    st.none(), st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]), max_size=20)
)
rows_of_all = st.lists(
    st.tuples(st.integers(1, 2**31 - 1), st.integers(1, 2**31 - 1), st.integers(0, 4 * 10**12), values),
    min_size=1,
    max_size=20,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=rows_of_all, lane=st.tuples(st.integers(1, 2**31 - 1), st.integers(0, 2), st.integers(0, 2**63 - 1))
)
def test_rows_come_out_as_they_went_in(
    database_url: str,
    rows: list[tuple[int, int, int, tuple[float | None, str | None]]],
    lane: tuple[int, int, int],
) -> None:
    sheet = Sheet(
        gateway=lane[0],
        stream=lane[1],
        epoch=lane[2],
        seq=range(2**62, 2**62 + len(rows)),
        device=[row[0] for row in rows],
        property=[row[1] for row in rows],
        at_ms=[row[2] for row in rows],
        trust=[n % 4 for n in range(len(rows))],
        number=[row[3][0] for row in rows],
        text=[row[3][1] for row in rows],
    )
    deposit = deposit_of([sheet], [sheet], telling({}), 10**13)

    async def scenario() -> None:
        async with await Database(database_url).open() as conn:
            await conn.execute("TRUNCATE observation, undated, hourly, latest")
            assert await commit(conn, Entry(moves=(), gaps=(), heard=(), deposit=deposit))

    asyncio.run(scenario())
    expected = [
        (*lane, sheet.seq[n], sheet.device[n], sheet.property[n], n % 4, sheet.number[n], sheet.text[n])
        for n in range(len(rows))
    ]
    assert query(database_url, DATED) == expected
    assert query(database_url, UNDATED) == expected
    ms = "SELECT (extract(epoch FROM at) * 1000)::bigint FROM observation ORDER BY seq"
    assert [row[0] for row in query(database_url, ms)] == sheet.at_ms
    boots = "SELECT boot_ms FROM undated ORDER BY seq"
    assert [row[0] for row in query(database_url, boots)] == sheet.at_ms
