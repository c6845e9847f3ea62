"""The LwM2M server against Eclipse Wakaama's client, where it is at hand."""

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator

import pytest

from tests.brokers import free_port
from tests.edge_agent.sources.coap_peers import running
from tests.edge_agent.sources.listening import Listening
from tests.edge_agent.sources.lwm2m.test_server import meant, server
from tests.until import until


def program() -> str:
    """Wakaama's lwm2mclient; skip where there is none."""
    found = os.environ.get("LILONG_LWM2M_CLIENT") or shutil.which("lwm2mclient")
    if found is None:
        pytest.skip(
            "no lwm2mclient of Eclipse Wakaama (build examples/client/udp; LILONG_LWM2M_CLIENT names it)"
        )
    return found


@contextlib.asynccontextmanager
async def client(server_port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    words = [
        "-4",
        "-h",
        "127.0.0.1",
        "-p",
        str(server_port),
        "-l",
        str(free_port()),
        "-n",
        "waka-1",
        "-t",
        "30",
        "-c",
    ]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        program(), *words, stdin=pipe, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def test_a_foreign_client_registers_is_read_observed_and_leaves() -> None:
    async def story() -> None:
        intake = Listening()
        async with running(server(objects=(6,)), intake) as one, client(one.port) as process:
            await until(lambda: one.counts().get("lwm2m_registered") == 1)
            await until(lambda: {reading.path for reading in intake.readings} >= {"/3/0", "/4/0", "/6/0"})
            told = {name: value for device, name, value in meant(intake) if device == "waka-1"}
            assert told["device.firmware"] == "1.0"
            assert 0 <= float(told["device.battery_percent"]) <= 100  # type: ignore[arg-type]
            assert "link.rssi" in told
            assert process.stdin is not None
            process.stdin.write(b"quit\n")
            await process.stdin.drain()
            await until(lambda: one.counts().get("lwm2m_left") == 1)
        assert one.counts().get("lwm2m_refused", 0) == 0

    asyncio.run(story())
