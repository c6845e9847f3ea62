"""Takes what was heard, decodes and decides, commits many at once, then lets the sources acknowledge."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Protocol

from msgspec import Meta, Struct
from msgspec.structs import replace

from chassis import Backoff, Some
from edge_agent.outbox import Damage, Entry, Fate, NotKeptError, Outbox, OutboxDamagedError
from edge_agent.pipeline.aside import Aside, Item
from edge_agent.pipeline.books import Books
from edge_agent.pipeline.disk import Disk
from edge_agent.pipeline.intake import IntakeQueue
from edge_agent.pipeline.understand import Registry, Understanding, understand
from edge_agent.sources import Heard, Outcome, Refused
from wire import Stream

log = logging.getLogger(__name__)
Window = Annotated[float, Meta(ge=0, le=60)]
_OUTCOME = {
    Fate.STORED: Outcome.STORED,
    Fate.REPEATED: Outcome.REPEATED,
    Fate.QUARANTINED: Outcome.QUARANTINED,
}


class PipelineSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When rows are committed: at once for alarms and states, else after `window_s` or `window_rows`.

    `queue` bounds what waits for the disk, `most` what goes into one commit.
    """

    window_s: Window = 0.2
    window_rows: Some = 200
    queue: Some = 4000
    most: Some = 500


class Decide(Protocol):
    """The rules: they may add rows and facts to what a reading meant, and may have something to say as time passes."""

    def heard(self, item: Heard, meant: Understanding) -> Entry:
        """Return what to keep of a reading."""
        ...

    def ticked(self) -> Sequence[Entry]:
        """Return what to keep because time has passed."""
        ...

    def committed(self) -> None:
        """What was decided since the last call is on disk."""
        ...

    def undo(self) -> None:
        """What was decided since the last commit was not kept: forget it, it will be decided again."""
        ...


class Pipeline:
    """One task: nothing is acknowledged before its commit, and nothing that fails stops what follows."""

    def __init__(self, queue: IntakeQueue, disk: Disk, books: Books, settings: PipelineSettings) -> None:
        """Take the parts; `run` starts work."""
        self._queue = queue
        self._disk = disk
        self._books = books
        self._settings = settings
        self._aside = Aside(settings.most, queue.nudge)
        self._backoff = Backoff(30.0)
        self.counts: Counter[str] = Counter()
        self.full = ""

    async def run(self, registry: Registry, decide: Decide, wake: Callable[[], None]) -> None:
        """Work until cancelled; `wake` is called after every commit."""
        try:
            await self._work(registry, decide, wake)
        finally:
            self._aside.close()

    @property
    def waiting(self) -> int:
        """How many readings wait for the disk, or for what understands them."""
        return len(self._queue) + len(self._aside)

    async def _work(self, registry: Registry, decide: Decide, wake: Callable[[], None]) -> None:
        while True:
            if self._disk.damaged:
                await self._renew()
                continue
            items = await self._gather(registry)
            entries = self._entries(items, decide)
            entries += decide.ticked()
            if not entries:
                continue
            if await self._keep(items, entries):
                decide.committed()
                wake()
            else:
                decide.undo()
                await asyncio.sleep(self._backoff.failed())

    async def _gather(self, registry: Registry) -> list[Item]:
        """Wait for something to keep and collect what may share its commit."""
        settings = self._settings
        try:
            async with asyncio.timeout(1.0):
                await self._arrived()
        except TimeoutError:
            return []
        items = list(self._understood(settings.most, registry))
        until = time.monotonic() + settings.window_s
        while len(items) < settings.window_rows and not any(_urgent(meant) for _, meant in items):
            left = until - time.monotonic()
            if left <= 0:
                break
            try:
                async with asyncio.timeout(left):
                    await self._arrived()
            except TimeoutError:
                break
            items += self._understood(settings.most - len(items), registry)
        return items

    async def _arrived(self) -> None:
        """Wait for something to take; where too much is being asked already, for an answer to it."""
        if self._aside.room:
            await self._queue.arrived()
        else:
            await self._aside.answered()

    def _understood(self, most: int, registry: Registry) -> Iterator[Item]:
        """Give what can be kept now; a reading that takes another process to understand comes when it has answered."""
        yield from self._aside.take()
        for item in self._queue.take(most if self._aside.room else 0):
            if isinstance(item, Heard) and registry.slow(item):
                self._aside.ask(item, registry)
            else:
                yield item, understand(item, registry)

    def _entries(self, items: Sequence[Item], decide: Decide) -> list[Entry]:
        """Decide on what was heard; what was heard before is only named, so that no rule hears it twice."""
        asked = [b"" if item.surely_new else meant.identity for item, meant in items]
        known = self._disk.outbox.known(asked) if any(asked) else [False] * len(items)
        fresh: set[bytes] = set()
        entries = []
        for (item, meant), identity, before in zip(items, asked, known, strict=True):
            repeated = before or (identity in fresh)
            if identity:
                fresh.add(identity)
            entries.append(Entry(identity=identity) if repeated else _entry(item, meant, decide))
        self.counts["heard"] += len(items)
        return entries

    async def _keep(self, items: Sequence[Item], entries: Sequence[Entry]) -> bool:
        """Commit, then settle every item; the entries behind the items are the rules' own."""
        try:
            receipt = await self._disk.run(Outbox.commit, entries, now_s=time.monotonic())
        except OutboxDamagedError:
            self._settle_failed(items)
            return False
        except NotKeptError as error:
            self._refuse(error)
            self._settle_failed(items)
            return False
        if self.full:
            log.warning("readings are kept again")
        self.full = ""
        self._backoff.succeeded()
        self._books.committed(receipt, time.monotonic())
        for (item, _), fate in zip(items, receipt.fates, strict=False):
            self.counts[fate.value] += 1
            item.settle(_OUTCOME[fate])
        return True

    def _settle_failed(self, items: Sequence[Item]) -> None:
        self.counts["not_kept"] += len(items)
        for item, _ in items:
            item.settle(Outcome.FAILED)

    async def _renew(self) -> None:
        """Go on with a fresh file and fresh epochs after damage; the sender's books are made anew from its lanes."""
        try:
            damage = await self._disk.renew()
        except NotKeptError as error:
            self._refuse(error)
            await asyncio.sleep(self._backoff.failed())
            return
        report(damage)
        self._books.open(await self._disk.run(Outbox.lanes), time.monotonic())
        self.counts["damaged"] += 1

    def _refuse(self, error: NotKeptError) -> None:
        if not self.full:
            log.error("nothing can be kept: %s; devices are not answered until it can", error)
        self.full = str(error)


def report(damage: Damage) -> None:
    """Log in one line what damage cost and where the file is."""
    log.error(
        "the outbox was damaged (%s) and is set aside as %s: %s rows saved, %s%s lost; keep the file for support",
        damage.reason,
        damage.aside,
        damage.kept,
        "" if damage.exact else "at least ",
        damage.lost,
    )


def _entry(item: Heard | Refused, meant: Understanding, decide: Decide) -> Entry:
    released = item.released if isinstance(item, Heard) else None
    if isinstance(item, Heard) and meant.quarantined is None:
        return replace(decide.heard(item, meant), released=released)
    return Entry(
        identity=meant.identity,
        surely_new=item.surely_new,
        quarantined=meant.quarantined,
        released=released,
    )


def _urgent(meant: Understanding) -> bool:
    return any(stream is not Stream.TELEMETRY for stream, _ in meant.rows)
