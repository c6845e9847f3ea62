"""The uplink refused and black-holed: the gateway goes on hearing, nothing is lost and nothing comes twice."""

import asyncio
from pathlib import Path

import psycopg
import pytest

from demo.stage import Way
from tests.community.world import OUTAGE_S, World, community, play


@pytest.mark.parametrize("way", [Way.REFUSE, Way.SWALLOW])
def test_the_uplink_cut_for_a_while(tmp_path: Path, way: Way) -> None:
    async def scenario() -> None:
        async with community(tmp_path) as world:
            await world.acknowledged(60)
            await world.uplink.be(way)
            heard = world.ledger.acknowledged
            async with asyncio.timeout(OUTAGE_S + 30):
                await asyncio.gather(lasting(world), world.acknowledged(60), world.waiting(100))
            assert world.ledger.acknowledged > heard
            await world.uplink.be(Way.PASS)
            await world.acknowledged(60)
            await world.check_exact()

    play(scenario())


async def lasting(world: World) -> None:
    """Let the outage last, and nothing come through meanwhile."""
    before = await stored(world)
    await asyncio.sleep(OUTAGE_S)
    assert await stored(world) <= before + LATE


LATE = 200
"""Rows that may have been on their way when the cut came."""


async def stored(world: World) -> int:
    async with await psycopg.AsyncConnection.connect(world.stage.postgres.url) as conn:
        row = await (await conn.execute("SELECT count(*) FROM observation")).fetchone()
    assert row is not None
    return int(row[0])
