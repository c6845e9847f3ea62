"""A link that writes down all that happens to it, and what brokers and processes look like from below."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from chassis import Arrival, MqttLink, MqttPlan, MqttSettings

CONNACK = b"\x20\x02\x00\x00"


class Ear:
    """A link with everything that happened to it."""

    def __init__(
        self, port: int, *topics: str, keep: bool = False, name: str = "ear", **more: object
    ) -> None:
        self.heard: list[Arrival] = []
        self.turns: list[str] = []
        wanted = {"host": "127.0.0.1", "port": port, "longest_retry_s": 0.2, **more}
        self.link = MqttLink(
            MqttSettings(**wanted),  # type: ignore[arg-type]
            MqttPlan(
                client_id=name,
                topics=topics,
                on_arrival=self.heard.append,
                on_up=lambda: self.turns.append("up"),
                on_down=lambda: self.turns.append("down"),
                keep_session=keep,
            ),
        )

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Ear"]:
        """Run the link for the time of the block; what ends it early fails the test."""
        task = asyncio.create_task(self.link.run())
        try:
            yield self
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def read_connect(reader: asyncio.StreamReader) -> None:
    head = await reader.readexactly(2)
    await reader.readexactly(head[1])


def open_sockets() -> set[str]:
    """The sockets of this process, by inode."""
    targets = set()
    for file in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):  # the listing's own descriptor is gone by now
            targets.add(str(file.readlink()))
    return {target for target in targets if target.startswith("socket:")}
