"""A TCP proxy of our own, to cut a connection in the ways in which real networks do."""

import asyncio
import socket
import struct
from enum import StrEnum
from typing import Final

_CHUNK: Final = 65_536
_HOST: Final = "127.0.0.1"


class Way(StrEnum):
    """What the proxy does with connections."""

    PASS = "pass"  # noqa: S105  # no password
    REFUSE = "refuse"  # nothing listens, what was open is reset
    SWALLOW = "swallow"  # connections stand, not a byte goes through in either direction


class Proxy:
    """Listens on a port of its own and passes on to another; `be` changes the way it treats everybody.

    What was swallowed is not lost: it goes on when the way is free again, as packets that TCP sends again do.
    """

    def __init__(self, to_port: int) -> None:
        """Name the port behind the proxy; `port` is known after `start`."""
        self._to_port = to_port
        self._server: asyncio.Server | None = None
        self._free = asyncio.Event()
        self._free.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0
        self.way = Way.PASS
        self.connections = 0

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, _HOST, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def be(self, way: Way) -> None:
        """Treat everybody in another way from now on."""
        self.way = way
        if way is Way.SWALLOW:
            self._free.clear()
        else:
            self._free.set()
        if way is Way.REFUSE:
            await self.close()
        elif self._server is None:
            await self.start()

    async def close(self) -> None:
        """Stop listening and reset what is open."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for writer in tuple(self._writers):
            _reset(writer)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if server is not None:
            await server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            await self._free.wait()
            await self._join(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass  # either side is gone, or everybody is being reset
        finally:
            self._tasks.discard(task)
            self._forget(writer)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(_HOST, self._to_port)
        self._writers.add(far_writer)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pump(reader, far_writer), name="proxy up")
                group.create_task(self._pump(far_reader, writer), name="proxy down")
        except* OSError:
            pass  # one side was reset: so is the other
        finally:
            self._forget(far_writer)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await self._free.wait()
            chunk = await reader.read(_CHUNK)
            await self._free.wait()
            if not chunk:
                raise ConnectionResetError("the other side has closed")
            writer.write(chunk)
            await writer.drain()

    def _forget(self, writer: asyncio.StreamWriter) -> None:
        self._writers.discard(writer)
        writer.close()


def _reset(writer: asyncio.StreamWriter) -> None:
    """End a connection with a TCP reset: what closes without lingering sends no good-bye."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
