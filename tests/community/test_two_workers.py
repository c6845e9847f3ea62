"""Two ingest workers that receive the same batches store each row once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from demo.estate import SHARD
from demo.stage import HOST
from tests.community.test_kills import metric, rows, shards
from tests.community.world import World, community, play, until
from wire import SHARDS


def test_both_workers_receive_the_same_batches(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with community(tmp_path) as world:
            await world.stage.start_second()
            await until(
                lambda: shards(world, second=True) == shards(world, second=False) == SHARDS // 2,
                "each worker has its half",
            )
            async with every_batch_copied(world) as copied:
                await world.acknowledged(200)
                await until(lambda: len(copied) > 100, "batches were copied")
                await world.check_exact()
            refused = [metric(world, "lilong_ingest_repeated", second=which) for which in (False, True)]
            assert sum(refused) > 0, "no worker ever saw a row again: the copies did not arrive"
            assert min(rows(world, second=which) for which in (False, True)) > 0

    play(scenario())


@asynccontextmanager
async def every_batch_copied(world: World) -> AsyncIterator[list[str]]:
    """Copy what the gateway publishes to a shard of each worker: who has more than its share gives the upper ones."""
    copied: list[str] = []
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id="copier")

    def copy(_client: paho.Client, _data: object, publish: paho.MQTTMessage) -> None:
        for shard in range(SHARDS):
            if shard != SHARD:
                client.publish(
                    publish.topic.replace(f"/up/{SHARD}/", f"/up/{shard}/"), publish.payload, qos=1
                )
        copied.append(publish.topic)

    client.on_message = copy
    await asyncio.to_thread(client.connect, HOST, world.stage.ports.uplink_mqtt)
    client.loop_start()
    client.subscribe(f"lilong/1/up/{SHARD}/+/+", qos=1)
    try:
        yield copied
    finally:
        client.disconnect()
        client.loop_stop()
