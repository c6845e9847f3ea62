"""A TCP server that does with each connection what a test says, and leaves nothing open."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def scripted(script: Script) -> AsyncIterator[int]:
    """Serve on loopback for the time of the block; gives the port."""
    loop = asyncio.get_running_loop()
    guests: set[asyncio.Task[None]] = set()

    def accept() -> None:
        with contextlib.suppress(BlockingIOError):
            guest, _ = door.accept()
            task = loop.create_task(_serve(script, guest), name="scripted guest")
            guests.add(task)
            task.add_done_callback(lambda _: guest.close())

    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        door.setblocking(False)
        loop.add_reader(door, accept)
        try:
            yield door.getsockname()[1]
        finally:
            loop.remove_reader(door)
            for task in guests:
                task.cancel()
            for outcome in await asyncio.gather(*guests, return_exceptions=True):
                if isinstance(outcome, Exception):
                    raise outcome


async def _serve(script: Script, guest: socket.socket) -> None:
    reader, writer = await asyncio.open_connection(sock=guest)
    try:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await script(reader, writer)
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
