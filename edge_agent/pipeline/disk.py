"""The one thread in which the outbox is used, so that no commit ever stops the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

from edge_agent.outbox import Outbox

P = ParamSpec("P")
R = TypeVar("R")


class Disk:
    """Runs the outbox's methods one after the other in a thread of its own."""

    def __init__(self, outbox: Outbox) -> None:
        """Take over an open outbox."""
        self.outbox = outbox
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="outbox")

    async def run(self, method: Callable[Concatenate[Outbox, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call a method of the outbox, given as `Outbox.method`, and return its answer."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: method(self.outbox, *args, **kwargs))

    def close(self) -> None:
        """Close the outbox after what is under way."""
        self._thread.submit(self.outbox.close).result()
        self._thread.shutdown()
