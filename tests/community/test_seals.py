"""A seal that is taken away raises one alarm, also through a kill of the gateway; a silent reader raises none."""

import asyncio
import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg
from paho.mqtt import publish

from demo.estate import Tagged, build_tags
from demo.estate.rfid import _zebra
from demo.estate.tagged import CELLAR, stranger
from demo.stage import HOST
from tests.community.world import World, community, play, until
from wire import TagKind

CHANCE = random.Random(1)
IN_CELLAR = [tag for tag in build_tags() if tag.reader == CELLAR]
SEAL = next(tag for tag in IN_CELLAR if tag.plan.kind is TagKind.SEAL)
OTHERS = [tag for tag in IN_CELLAR if tag is not SEAL]


def tell(world: World, tags: Sequence[Tagged]) -> None:
    """Let the reader in the cellar say what it sees, a passer-by among it."""
    told = [(tag.epc, tag.antenna) for tag in tags] + [(stranger(CHANCE), 1)]
    port = world.stage.ports.devices_mqtt
    publish.single(f"rfid/{CELLAR}", json.dumps(_zebra(told, 1, CHANCE)), qos=1, hostname=HOST, port=port)


def events(world: World, rule: str) -> dict[str, int]:
    with psycopg.connect(world.stage.postgres.url) as conn:
        found = conn.execute("SELECT phase, count(*) FROM event WHERE rule = %s GROUP BY phase", [rule])
        return dict(found.fetchall())


def names(world: World) -> set[str]:
    with psycopg.connect(world.stage.postgres.url) as conn:
        return {
            name for (name,) in conn.execute("SELECT name FROM device WHERE name LIKE 'tag:%'").fetchall()
        }


def pipeline(world: World, name: str) -> int:
    return int(world.stage.account().get("pipeline", {}).get(name, 0))


async def telling(world: World, tags: Sequence[Tagged], so: Callable[[], object], what: str) -> None:
    """Let the reader go on telling until something is so."""

    def told_and_so() -> object:
        tell(world, tags)
        return so()

    await until(told_and_so, what)


def test_a_seal_leaves_and_returns_around_a_kill_of_the_gateway(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with community(tmp_path, bays=4) as world:
            here = [SEAL, *OTHERS]
            await telling(
                world, here, lambda: pipeline(world, "tags_folded") > 100, "all are seen, and folded"
            )
            assert pipeline(world, "tags_kept") == len(here)
            await telling(world, OTHERS, lambda: events(world, "seal_broken"), "the alarm")
            await world.stage.do(world.stage.agent.kill)
            await world.stage.start_agent()
            await telling(
                world, OTHERS, lambda: pipeline(world, "tags_folded") > 100, "it goes on without the seal"
            )
            assert events(world, "seal_broken") == {"raised": 1}
            await telling(
                world, here, lambda: "cleared" in events(world, "seal_broken"), "the alarm is cleared"
            )
            await until(lambda: events(world, "reader_silent"), "the reader is missed")
            await until(lambda: world.stage.backlog() == 0, "nothing waiting on the gateway")
            assert events(world, "seal_broken") == {"raised": 1, "cleared": 1}
            assert names(world) <= {tag.plan.device for tag in build_tags()}, "a passer-by was stored"
            await asyncio.to_thread(tell, world, here)

    play(scenario())
