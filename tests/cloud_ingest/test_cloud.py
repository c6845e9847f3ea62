"""The whole cloud: what a gateway says is on the lobby's board, and a database that is away is waited for."""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from chassis import MqttLink, MqttPlan, MqttSettings
from cloud_ingest.cloud import Cloud
from cloud_ingest.config import Configuration, read_configuration
from cloud_ingest.store.embedded import EmbeddedPostgres
from demo.engines import Broker
from tests.brokers import free_port
from tests.cloud_ingest.engine import until
from wire import Batch, Epoch, GatewayId, Rows, Seq, Stream, encode, up_topic

SITE = """
id = "a"
name = { zh = "河西里", en = "Hexi" }
gateway = "gw-a"
areas = [{ id = "c-a", level = "community", name = { zh = "河西里", en = "Hexi" } }]
[[lots]]
id = "lot-a"
name = { zh = "车库", en = "Garage" }
[[lots.floors]]
id = "b1-a"
name = { zh = "地下一层", en = "B1" }
bays = [{ id = "bay-1", device = "s-1" }, { id = "bay-2", device = "s-2" }]
"""


@pytest.fixture
def broker() -> Iterator[Broker]:
    with Broker() as started:
        yield started


def configure(folder: Path, broker: Broker, port: int) -> Configuration:
    (folder / "a.toml").write_text(SITE, encoding="utf-8")
    file = folder / "cloud.toml"
    text = (
        f"sites = ['a.toml']\n[mqtt]\nport = {broker.port}\n[http]\nport = {port}\n[database]\nembedded = 'x'"
    )
    file.write_text(text, encoding="utf-8")
    return read_configuration(file, {})


@asynccontextmanager
async def running(cloud: Cloud) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(cloud.run())
        yield
        task.cancel()


class Page:
    """Asks the cloud's own server, in a thread, and remembers the last answer."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def status(self, path: str) -> int:
        return (await asyncio.to_thread(self._get, path))[0]

    async def json(self, path: str) -> Any:
        return json.loads((await asyncio.to_thread(self._get, path))[1])

    def _get(self, path: str) -> tuple[int, bytes]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}{path}", timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()
        except urllib.error.URLError:
            return 0, b"{}"

    async def until_status(self, path: str, wanted: int) -> None:
        """Wait until a path answers as wanted."""
        async with asyncio.timeout(30):
            status = await self.status(path)
            while status != wanted:
                status = await self.status(path)


def bays(first: int, states: list[str], at_ms: int) -> bytes:
    rows = Rows(
        device=["s-1", "s-2"][: len(states)],
        property=["parking.bay"] * len(states),
        value=states,
        at_ms=[at_ms + n for n in range(len(states))],
        trust=[0] * len(states),
    )
    return encode(
        Batch(
            gateway=GatewayId("gw-a"),
            stream=Stream.STATE,
            epoch=Epoch(1),
            first=Seq(first),
            oldest=Seq(0),
            sent_ms=at_ms,
            rows=rows,
        )
    )


def test_what_a_gateway_says_of_its_bays_is_on_the_board(
    database_url: str, broker: Broker, tmp_path: Path
) -> None:
    port = free_port()
    page = Page(port)
    link = MqttLink(
        MqttSettings(port=broker.port), MqttPlan(client_id="gw-a", topics=(), on_arrival=lambda _: None)
    )

    async def scenario() -> None:
        async with (
            running(Cloud(configure(tmp_path, broker, port), database_url)),
            asyncio.TaskGroup() as tasks,
        ):
            linking = tasks.create_task(link.run())
            await until(lambda: link.up)
            await page.until_status("/readyz", 200)
            await until_serving(page)
            topic = up_topic(9, GatewayId("gw-a"), Stream.STATE)
            for first, states, free in (
                (0, ["free", "occupied"], 1),
                (2, ["free", "free"], 2),
                (4, ["occupied"], 1),
            ):
                link.publish(topic, bays(first, states, 1_763_812_800_000 + first))
                await until_free(page, free)
            board = await page.json("/v1/screens/lot-a/state")
            assert [bay["sight"] for bay in board["floors"][0]["bays"]] == ["occupied", "free"]
            linking.cancel()

    asyncio.run(scenario())


async def until_serving(page: Page) -> None:
    """Wait until the worker serves every shard, as the metrics page tells."""
    async with asyncio.timeout(30):
        text = b""
        while b"lilong_ingest_unserved 0.0" not in text or b"lilong_ingest_broker_up 1.0" not in text:
            text = (await asyncio.to_thread(page._get, "/metrics"))[1]


async def until_free(page: Page, free: int) -> None:
    """Wait until the board shows so many free bays and knows both."""
    async with asyncio.timeout(30):
        count: dict[str, int] = {}
        while count.get("free") != free or count.get("unknown") != 0:
            board = await page.json("/v1/screens/lot-a/state")
            count = board.get("count", {})


def test_a_database_that_is_down_at_start_is_waited_for(broker: Broker, tmp_path: Path) -> None:
    port = free_port()
    page = Page(port)

    async def scenario(server: EmbeddedPostgres, url: str) -> None:
        async with running(Cloud(configure(tmp_path, broker, port), url)):
            await page.until_status("/healthz", 200)
            assert await page.status("/readyz") == 503
            await asyncio.to_thread(server.start)
            await page.until_status("/readyz", 200)
            await until_serving(page)
            # The server ends with the thread that started it, so it is asked before the loop is closed.
            lots = await page.json("/v1/parking/lots")
            assert [lot["id"] for lot in lots["items"]] == ["lot-a"]

    server = EmbeddedPostgres(tmp_path / "postgres")
    url = server.start()
    server.stop()
    try:
        asyncio.run(scenario(server, url))
    finally:
        server.stop()
