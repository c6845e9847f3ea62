"""The one thread in which the outbox is used, so that no commit ever stops the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

from edge_agent.outbox import Damage, Outbox, OutboxDamagedError

P = ParamSpec("P")
R = TypeVar("R")


class Disk:
    """Runs the outbox's methods one after the other in a thread of its own.

    `damaged` says why the file cannot be used any more; the pipeline then renews it, everybody else waits.
    """

    def __init__(self, outbox: Outbox) -> None:
        """Take over an open outbox."""
        self.outbox = outbox
        self.damaged = ""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="outbox")

    async def run(self, method: Callable[Concatenate[Outbox, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call a method of the outbox, given as `Outbox.method`, and return its answer.

        Raises:
            OutboxError: as the method does.
        """
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._thread, lambda: method(self.outbox, *args, **kwargs))
        except OutboxDamagedError as error:
            self.damaged = str(error)
            raise

    async def renew(self) -> Damage:
        """Set the damaged file aside and go on with a fresh one.

        Raises:
            NotKeptError: the fresh file cannot be written; call it again later.
        """
        damage = await self.run(Outbox.renew, self.damaged)
        self.damaged = ""
        return damage

    def close(self) -> None:
        """Close the outbox after what is under way."""
        self._thread.submit(self.outbox.close).result()
        self._thread.shutdown()
