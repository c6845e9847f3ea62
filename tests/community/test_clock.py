"""The gateway's clock jumps by weeks and back in mid-load: identity does not depend on any clock."""

import asyncio
import os
import time
from pathlib import Path

import psycopg
import pytest

from tests.community.world import PATIENCE_S, World, community, play, until

ROOT = Path(__file__).parents[2]
JUMPING_CLOCK = Path(__file__).parent / "jumping_clock"
PAST = "SELECT count(*) FROM observation WHERE at < now() - interval '20 days'"
FUTURE = "SELECT count(*) FROM observation WHERE at > now() + interval '300 days'"


@pytest.mark.parametrize("days", [-30, 400])
def test_the_gateways_clock_jumps_and_comes_back(tmp_path: Path, days: int) -> None:
    async def scenario() -> None:
        clock = tmp_path / "clock"
        set_clock(clock, 0)
        environment = {"PYTHONPATH": f"{JUMPING_CLOCK}{os.pathsep}{ROOT}", "LILONG_TEST_CLOCK": str(clock)}
        async with community(tmp_path) as world:
            await world.stage.do(world.stage.agent.stop)
            await world.stage.start_agent(environment)
            await world.acknowledged(60)
            set_clock(clock, days)
            await until(lambda: abs(days_off(world) - days) < 1, "the gateway's clock has jumped")
            await world.acknowledged(60)
            await dated(world, days)
            set_clock(clock, 0)
            await until(lambda: abs(days_off(world)) < 1, "the gateway's clock is back")
            await world.acknowledged(60)
            await world.check_exact()
            assert await newest_in_future(world) == 0

    play(scenario())


def set_clock(clock: Path, days: int) -> None:
    """Set by how many days the gateway's clock is off; it never sees half a file."""
    fresh = clock.with_suffix(".fresh")
    fresh.write_text(str(days), encoding="ascii")
    fresh.rename(clock)


def days_off(world: World) -> float:
    """Return by how many days the gateway's clock is ahead of ours."""
    account = world.stage.account()
    return (account["at_ms"] / 1000 - time.time()) / 86_400 if account else 0.0


async def dated(world: World, days: int) -> None:
    """Wait until a row that the gateway dated by the wrong clock is in the database."""
    deadline = time.monotonic() + PATIENCE_S
    while not await number(world, PAST if days < 0 else FUTURE):
        assert time.monotonic() < deadline, "no row with the wrong date arrived"
        await asyncio.sleep(0.05)


async def newest_in_future(world: World) -> int:
    """Return how many bays' newest decided state lies in the future after the clock has come back."""
    return await number(
        world,
        """
        SELECT count(*) FROM latest JOIN property ON property.id = latest.property
        WHERE property.name = 'parking.bay' AND latest.at > now() + interval '5 minutes'
        AND latest.device IN (
            SELECT observation.device FROM observation JOIN property ON property.id = observation.property
            WHERE property.name = 'parking.bay' AND observation.at <= now() + interval '5 minutes'
        )
        """,
    )


async def number(world: World, query: str) -> int:
    async with await psycopg.AsyncConnection.connect(world.stage.postgres.url) as conn:
        row = await (await conn.execute(query.encode())).fetchone()
    assert row is not None
    return int(row[0])
