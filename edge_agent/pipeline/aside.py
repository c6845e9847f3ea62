"""Understands what takes another process to understand: in a thread, one after the other, in the order heard."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from edge_agent.pipeline.understand import Registry, Understanding, understand
from edge_agent.sources import Heard, Refused

Item = tuple[Heard | Refused, Understanding]


class Aside:
    """The readings whose profiles are slow; the pipeline goes on with all others meanwhile."""

    def __init__(self, most: int, arrived: Callable[[], None]) -> None:
        """Hold `most` readings; `arrived` is called on the event loop whenever one is understood."""
        self._most = most
        self._arrived = arrived
        self._asked: deque[tuple[Heard, asyncio.Future[Understanding]]] = deque()
        self._thread: ThreadPoolExecutor | None = None

    def __len__(self) -> int:
        """Return how many were asked for and not taken yet."""
        return len(self._asked)

    @property
    def room(self) -> bool:
        """Whether more may be asked for."""
        return len(self._asked) < self._most

    def ask(self, item: Heard, registry: Registry) -> None:
        """Have an item understood after all those before it."""
        if self._thread is None:
            self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="codecs")
        loop = asyncio.get_running_loop()
        future = loop.run_in_executor(self._thread, understand, item, registry)
        future.add_done_callback(lambda _: self._arrived())
        self._asked.append((item, future))

    async def answered(self) -> None:
        """Wait until the first of those asked for is understood."""
        if self._asked:
            await asyncio.wait([self._asked[0][1]])

    def take(self) -> Iterator[Item]:
        """Give what is understood by now, in the order asked."""
        while self._asked and self._asked[0][1].done():
            item, future = self._asked.popleft()
            yield item, future.result()

    def close(self) -> None:
        """Give up what is not understood yet: nobody was told that it is kept, so it will be heard again."""
        thread, self._thread = self._thread, None
        while self._asked:
            self._asked.popleft()[1].cancel()
        if thread is not None:
            thread.shutdown(wait=False, cancel_futures=True)
