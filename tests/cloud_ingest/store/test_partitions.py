"""Days have their partitions before they are needed, strays find their way into them, old days go."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest

from cloud_ingest.store import Database, Retention, Upkeep, keep_house
from cloud_ingest.store.partitions import day_of, days_wanted, make_partitions, partition_days, partition_of
from tests.cloud_ingest.engine import query, scalar
from tests.cloud_ingest.gateways import DAY_MS, NOON_MS, batch, seqs
from tests.cloud_ingest.ingest.rig import Rig, writing

TODAY = date(2025, 11, 22)


def work(url: str, what: Callable[[psycopg.AsyncConnection], Awaitable[object]]) -> object:
    async def scenario() -> object:
        async with await Database(url).open() as conn:
            return await what(conn)

    return asyncio.run(scenario())


def keep(url: str, now_ms: int, retention: Retention | None = None) -> Upkeep:
    found = work(url, lambda conn: keep_house(conn, retention or Retention(), lambda: now_ms))
    assert isinstance(found, Upkeep)
    return found


def store(url: str, *days: int) -> None:
    """Store ten rows of each day, told as a distance from today."""

    async def scenario() -> None:
        async with writing(Rig(url)) as (rig,):
            for number, day in enumerate(days):
                await rig.send(batch(first=number * 10, count=10, at_ms=NOON_MS + day * DAY_MS))

    asyncio.run(scenario())


def strays(url: str) -> int:
    return int(scalar(url, "SELECT count(*) FROM observation_default"))


def test_names_and_days() -> None:
    assert partition_of(TODAY) == "observation_20251122"
    assert day_of("observation_20251122") == TODAY
    assert day_of("observation_default") is None
    assert days_wanted(TODAY, back=1, ahead=2) == tuple(TODAY + timedelta(days=n) for n in (-1, 0, 1, 2))


def test_days_are_made_ahead_and_only_once(database_url: str) -> None:
    assert keep(database_url, NOON_MS).made == 11
    assert keep(database_url, NOON_MS).made == 0
    assert keep(database_url, NOON_MS + DAY_MS).made == 1
    store(database_url, -3, 0, 7)
    assert strays(database_url) == 0
    assert scalar(database_url, "SELECT count(*) FROM observation_20251122") == 10


def test_a_wrong_clock_goes_into_the_default_partition_and_blocks_nobody(database_url: str) -> None:
    keep(database_url, NOON_MS)
    store(database_url, 400, 0, -500)
    assert strays(database_url) == 20
    assert seqs(database_url, "gw-1") == list(range(30))


def test_strays_move_when_their_day_gets_a_partition(database_url: str) -> None:
    store(database_url, 0, 9, -30)
    assert strays(database_url) == 30
    assert keep(database_url, NOON_MS).made == 12
    assert strays(database_url) == 10
    assert scalar(database_url, "SELECT count(*) FROM observation_20251122") == 10
    assert scalar(database_url, "SELECT count(*) FROM observation_20251023") == 10
    keep(database_url, NOON_MS + 5 * DAY_MS)
    assert strays(database_url) == 0
    assert seqs(database_url, "gw-1") == list(range(30))


def test_old_days_are_dropped_and_strays_that_were_kept_as_long(database_url: str) -> None:
    keep(database_url, NOON_MS)
    store(database_url, -3, 0, 400)
    kept = Retention(observation_days=2)
    assert keep(database_url, NOON_MS, kept).dropped == 1
    assert seqs(database_url, "gw-1") == list(range(10, 30))
    query(database_url, "UPDATE observation_default SET stored_at = now() - interval '3 days'")
    keep(database_url, NOON_MS, kept)
    assert seqs(database_url, "gw-1") == list(range(10, 20))


def test_ingest_goes_on_while_partitions_are_made(database_url: str) -> None:
    """A transaction of ingest that is open on the table does not stop the maker, nor the other way round."""

    async def scenario() -> None:
        database = Database(database_url)
        async with await database.open() as ingest, await database.open() as maker:
            await make_partitions(maker, [TODAY])
            async with ingest.transaction():
                await ingest.execute(
                    "INSERT INTO observation (at, epoch, seq, gateway, device, property, trust, stream) "
                    "VALUES (%s, 1, 1, 1, 1, 1, 0, 1)",
                    (datetime(2025, 11, 22, 5, tzinfo=UTC),),
                )
                async with asyncio.timeout(10):
                    await make_partitions(maker, [TODAY + timedelta(days=1)])
            assert len(await partition_days(maker)) == 2

    asyncio.run(scenario())


def test_a_round_that_another_program_does_is_left_to_it(database_url: str) -> None:
    async def scenario() -> tuple[Upkeep, ...]:
        database = Database(database_url)
        async with await database.open() as one, await database.open() as other:
            return tuple(
                await asyncio.gather(
                    *(keep_house(conn, Retention(), lambda: NOON_MS) for conn in (one, other))
                )
            )

    done = asyncio.run(scenario())
    assert sorted(upkeep.made for upkeep in done) == [0, 11]
    assert keep(database_url, NOON_MS) == Upkeep()


@pytest.mark.parametrize(
    ("updated", "heard", "left"),
    [
        ("100 days", "1 day", 0),  # the gateway lives and has not named the lane for 90 days
        ("100 days", "99 days", 1),  # the gateway has been away since: it may still hold rows of the lane
        ("80 days", "1 day", 1),
    ],
)
def test_watermarks_go_when_a_living_gateway_no_longer_names_them(
    database_url: str, updated: str, heard: str, left: int
) -> None:
    store(database_url, 0)
    query(database_url, "UPDATE watermark SET closed = true, updated_at = now() - %s::interval", updated)
    query(database_url, "UPDATE gateway SET heard_at = now() - %s::interval", heard)
    keep(database_url, NOON_MS)
    assert scalar(database_url, "SELECT count(*) FROM watermark") == left


def test_refusals_are_kept_up_to_their_cap(database_url: str) -> None:
    query(
        database_url,
        "INSERT INTO refused (gateway, topic, reason, size) "
        "SELECT 'gw', 't', n::text, 1 FROM generate_series(1, 50) n",
    )
    keep(database_url, NOON_MS, Retention(refused_rows=20))
    assert query(database_url, "SELECT count(*), min(reason::int) FROM refused") == [(20, 31)]
