"""A stranger's client, made from the description alone, finds no failure and no answer that is not described."""

import asyncio
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis import BoardHub, listen, serve
from cloud_ingest.api import create_app
from cloud_ingest.board import Freshness, board_of, read_lots
from cloud_ingest.store import Database
from tests.cloud_ingest.api.readers import reader
from tests.cloud_ingest.api.world import NOW, World

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "allow_header_conformance",
)


@pytest.fixture
def program() -> str:
    return reader("schemathesis")


@pytest.fixture
def address(program: str, world: World) -> Iterator[str]:
    """The API on a real port, with something to find."""
    world.heard("gw-north")
    world.state("north-B1-0", "free", "gw-north")
    world.hour("gw-north", "device.temperature", NOW.replace(hour=3, minute=0), [1, 2])
    world.gap("gw-north", 1, 2)
    sock = listen("127.0.0.1", 0, table="test")
    loop = asyncio.new_event_loop()
    served = loop.create_task(_serve(world.url, sock))
    thread = threading.Thread(target=_run, args=(loop, served), name="api")
    thread.start()
    yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    loop.call_soon_threadsafe(served.cancel)
    thread.join(20)
    sock.close()
    assert not thread.is_alive()


async def _serve(url: str, sock: object) -> None:
    database, hub = Database(url), BoardHub()
    async with database.connection() as conn:
        for facts in await read_lots(conn, 0, ["north", "south", "east"]):
            hub.put(board_of(facts, 0, Freshness(), life="test", seq=1))
    try:
        await serve(create_app(database, hub, list), sock)  # type: ignore[arg-type]
    finally:
        await database.close()


def _run(loop: asyncio.AbstractEventLoop, served: "asyncio.Task[None]") -> None:
    try:
        loop.run_until_complete(asyncio.gather(served, return_exceptions=True))
    finally:
        loop.close()


@pytest.mark.timeout(300)
def test_a_client_made_from_the_description_finds_no_fault(
    program: str, address: str, tmp_path: Path
) -> None:
    found = subprocess.run(
        [
            *(program, "run", f"{address}/openapi.json"),
            *("--checks", ",".join(CHECKS)),
            *("--phases", "examples,coverage,fuzzing"),
            *("--max-examples", "10", "--seed", "1", "--no-color", "--request-timeout", "10"),
            *("--exclude-path", "/v1/screens/{lot}/stream"),  # it has no end
        ],
        cwd=tmp_path,  # it keeps what it found beside itself
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert found.returncode == 0, found.stdout[-8000:] + found.stderr[-2000:]
