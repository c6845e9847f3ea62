"""`kill -9` of each part in mid-load: every acknowledged reading is in PostgreSQL exactly once afterwards."""

from pathlib import Path

from demo.stage import ask
from tests.community.world import World, community, play, until


def test_the_gateway_killed(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with community(tmp_path) as world:
            for _ in range(2):
                await world.acknowledged(100)
                await world.stage.do(world.stage.agent.kill)
                said = len(world.ledger)
                await until(lambda said=said: len(world.ledger) > said + 30, "sensors go on")  # type: ignore[misc]
                await world.stage.start_agent()
            await world.acknowledged(100)
            await world.check_exact()

    play(scenario())


def test_an_ingest_worker_killed_and_taken_over_by_the_second(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with community(tmp_path) as world:
            await world.acknowledged(50)
            await world.stage.start_second()
            await until(lambda: shards(world, second=True) == 32, "the second worker has its share")
            before = [rows(world, second=which) for which in (False, True)]
            await world.acknowledged(100)
            second_serves = rows(world, second=True) > before[1]
            assert second_serves or rows(world, second=False) > before[0]
            await world.stage.do((world.stage.second if second_serves else world.stage.cloud).kill)
            await until(lambda: shards(world, second=not second_serves) == 64, "the other serves all")
            await world.acknowledged(100)
            await world.check_exact()

    play(scenario())


def test_the_uplink_broker_killed(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with community(tmp_path) as world:
            for _ in range(2):
                await world.acknowledged(80)
                await world.stage.do(world.stage.uplink_broker.kill)
                await world.waiting(100)
                await world.stage.do(world.stage.uplink_broker.start)
            await world.acknowledged(80)
            await world.check_exact()

    play(scenario())


def test_postgresql_killed(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with community(tmp_path) as world:
            for _ in range(2):
                await world.acknowledged(80)
                await world.stage.do(world.stage.postgres.kill)
                await world.waiting(100)
                await world.stage.do(world.stage.postgres.start)
            await world.acknowledged(80)
            await world.check_exact()

    play(scenario())


def test_everything_killed_at_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with community(tmp_path) as world:
            stage = world.stage
            await world.acknowledged(150)
            for kill in (stage.agent.kill, stage.cloud.kill, stage.uplink_broker.kill, stage.postgres.kill):
                await stage.do(kill)
            for start in (stage.postgres.start, stage.uplink_broker.start, stage.cloud.start):
                await stage.do(start)
            await stage.start_agent()
            await stage.cloud_ready()
            await world.acknowledged(100)
            await world.check_exact()

    play(scenario())


def shards(world: World, *, second: bool) -> float:
    """Return how many shards a worker serves; -1 if it does not say."""
    return metric(world, "lilong_ingest_shards", second=second)


def rows(world: World, *, second: bool) -> float:
    """Return how many rows a worker has committed."""
    return metric(world, "lilong_ingest_rows", second=second)


def metric(world: World, name: str, *, second: bool) -> float:
    ports = world.stage.ports
    _, page = ask(ports.spare_http if second else ports.cloud_http, "/metrics")
    for line in page.decode().splitlines():
        if line.startswith((f"{name} ", f"{name}_total ")):
            return float(line.split()[1])
    return -1.0
