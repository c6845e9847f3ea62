"""A server with keys, in a process of its own, for tests that kill it."""

import asyncio
import sys
from pathlib import Path

from edge_agent.sources import CoapSettings
from edge_agent.sources.coap import CoapSource
from edge_agent.sources.settings import OscoreSettings
from tests.edge_agent.sources.listening import Listening, clock, shelf
from tests.until import until


async def serve(folder: Path, port: int) -> None:
    settings = OscoreSettings(keys=str(folder / "oscore.toml"), state=str(folder / "state"))
    source = CoapSource(
        CoapSettings(host="127.0.0.1", port=port, profile="p", oscore=settings), shelf("p"), clock
    )
    async with asyncio.TaskGroup() as group:
        group.create_task(source.run(Listening()))
        await until(lambda: source.port)
        sys.stdout.write("ready\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
