"""The proxy passes bytes on, refuses, and swallows without losing."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from demo.stage import HOST, Proxy, Way

Scenario = Callable[[Proxy], Awaitable[None]]


def with_echo_behind(scenario: Scenario) -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(1000):
            writer.write(chunk)
            await writer.drain()
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(echo, HOST, 0)
        async with server, asyncio.timeout(30):
            proxy = Proxy(server.sockets[0].getsockname()[1])
            await proxy.start()
            try:
                await scenario(proxy)
            finally:
                await proxy.close()

    asyncio.run(run())


async def spoken(proxy: Proxy) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection(HOST, proxy.port)
    writer.write(b"one")
    assert await reader.readexactly(3) == b"one"
    return reader, writer


def test_it_passes_bytes_in_both_directions() -> None:
    async def scenario(proxy: Proxy) -> None:
        _, writer = await spoken(proxy)
        writer.close()
        assert proxy.connections == 1

    with_echo_behind(scenario)


def test_refusing_resets_what_is_open_and_lets_nobody_in_until_it_passes_again() -> None:
    async def scenario(proxy: Proxy) -> None:
        reader, writer = await spoken(proxy)
        await proxy.be(Way.REFUSE)
        with pytest.raises(ConnectionError):
            assert await reader.read(10)
        writer.close()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(HOST, proxy.port)
        await proxy.be(Way.PASS)
        (await spoken(proxy))[1].close()

    with_echo_behind(scenario)


def test_swallowing_keeps_connections_and_gives_up_what_it_held_when_it_passes_again() -> None:
    async def scenario(proxy: Proxy) -> None:
        reader, writer = await spoken(proxy)
        await proxy.be(Way.SWALLOW)
        writer.write(b"two")
        late_reader, late_writer = await asyncio.open_connection(HOST, proxy.port)
        late_writer.write(b"three")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.2)
        await proxy.be(Way.PASS)
        assert await reader.readexactly(3) == b"two"
        assert await late_reader.readexactly(5) == b"three"
        writer.close()
        late_writer.close()

    with_echo_behind(scenario)
