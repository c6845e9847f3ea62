"""Takes parcels out of an inbox, writes many batches in one transaction, and answers once it is committed."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from typing import Final

import psycopg
from msgspec import Struct

from chassis import Backoff
from cloud_ingest.ingest.allowance import Allowance
from cloud_ingest.ingest.counts import Counts
from cloud_ingest.ingest.inbox import Inbox, Parcel
from cloud_ingest.ingest.judge import Judgement, LaneKey, judge
from cloud_ingest.ingest.memory import Memory
from cloud_ingest.ingest.opening import open_parcel
from cloud_ingest.ingest.plan import Posted, entry_of
from cloud_ingest.rollup import AHEAD_MS
from cloud_ingest.store import (
    WEATHER,
    Database,
    Entry,
    Heard,
    Refusal,
    commit,
    put_hello,
    put_refusals,
    reason,
    repair,
)
from wire import Ack, Batch, GatewayId, Hello, LaneAck, Seq

log = logging.getLogger(__name__)
_LONGEST_RETRY_S: Final = 10.0
_COMMIT_WITHIN_S: Final = 60.0
_REFUSALS_PER_S: Final = 20
"""Refusals noted in the database each second; all of them are counted."""
_MOST_TRIES: Final = 20
# A worker that stands still in mid-transaction must not hold the rows of its lanes for ever.
_BEGIN: Final = b"""
SET lock_timeout = '10s'; SET statement_timeout = '60s'; SET idle_in_transaction_session_timeout = '20s'"""


class Turn(Struct, frozen=True, kw_only=True):
    """What one turn of a writer takes on: batches, hellos, and what was refused."""

    posted: tuple[Posted, ...]
    hellos: tuple[tuple[int, Hello], ...]
    refusals: tuple[Refusal, ...]


class Pace(Struct, frozen=True, kw_only=True):
    """How many rows one transaction takes at most, how many it waits for, and how long."""

    most_rows: int = 20_000
    enough_rows: int = 4_000
    linger_s: float = 0.02


class Writer:
    """Serves one inbox with one connection; whatever happens to either, nothing is answered that is not committed."""

    def __init__(
        self,
        database: Database,
        inbox: Inbox,
        answer: Callable[[Ack], bool],
        *,
        counts: Counts,
        pace: Pace,
        now_ms: Callable[[], int],
    ) -> None:
        """Take note of all; nothing is opened before `run`. `answer` sends an ack, False if it cannot."""
        self._database = database
        self._inbox = inbox
        self._answer = answer
        self._counts = counts
        self._pace = pace
        self._now_ms = now_ms
        self._memory = Memory()
        self._allowance = Allowance(_REFUSALS_PER_S)
        self._away = False
        self._turn: Turn | None = None

    async def run(self) -> None:
        """Write until cancelled; a turn cut short by a lost database is done again from its start."""
        backoff = Backoff(_LONGEST_RETRY_S)
        while True:
            try:
                conn = await self._database.open()
                async with conn:
                    await conn.execute(_BEGIN)
                    self._memory.forget()
                    while True:
                        await self._take_turn(conn)
                        self._found(backoff)
            except WEATHER as error:
                self._lost(error)
                await asyncio.sleep(backoff.failed())

    def _found(self, backoff: Backoff) -> None:
        backoff.succeeded()
        if self._away:
            log.info("ingest: the database is back")
        self._away = False

    def _lost(self, error: BaseException) -> None:
        self._counts.database_losses += 1
        if not self._away:
            log.warning("ingest: the database is lost (%s); trying on", reason(error))
        self._away = True

    async def _take_turn(self, conn: psycopg.AsyncConnection) -> None:
        if self._turn is None:
            self._turn = await self._gather()
        turn = self._turn
        async with asyncio.timeout(_COMMIT_WITHIN_S):
            if turn.posted:
                await self._write(conn, turn.posted)
            granted = self._allowance.take(len(turn.refusals), self._now_ms())
            if granted:
                await put_refusals(conn, turn.refusals[:granted])
            for shard, hello in turn.hellos:
                await self._greet(conn, shard, hello)
        self._turn = None

    # -- gathering -----------------------------------------------------------------------------------------------

    async def _gather(self) -> Turn:
        """Take what is there, and wait a little for more where it is not enough for a good transaction."""
        posted: list[Posted] = []
        hellos: list[tuple[int, Hello]] = []
        refusals: list[Refusal] = []
        await self._inbox.wait()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._pace.linger_s):
                rows = 0
                while rows < self._pace.most_rows:
                    parcel = self._inbox.take()
                    if parcel is not None:
                        rows += self._sort(parcel, posted, hellos, refusals)
                    elif rows >= self._pace.enough_rows:
                        break
                    else:
                        await self._inbox.wait()
        return Turn(posted=tuple(posted), hellos=tuple(hellos), refusals=tuple(refusals))

    def _sort(
        self,
        parcel: Parcel,
        posted: list[Posted],
        hellos: list[tuple[int, Hello]],
        refusals: list[Refusal],
    ) -> int:
        """Open a parcel, put it with its kind, and return the number of its rows."""
        found = open_parcel(parcel)
        shard = parcel.up.shard if parcel.up else 0
        if isinstance(found, Batch):
            self._counts.batches += 1
            posted.append(Posted(shard=shard, batch=found))
            return len(found.rows)
        if isinstance(found, Hello):
            hellos.append((shard, found))
        elif isinstance(found, Refusal):
            self._refuse(found)
            refusals.append(found)
        else:
            self._counts.replies += 1
        return 1

    def _refuse(self, refusal: Refusal) -> None:
        self._counts.refused += 1
        log.debug("refused %s: %s", refusal.topic, refusal.reason)

    # -- batches -------------------------------------------------------------------------------------------------

    async def _write(self, conn: psycopg.AsyncConnection, posted: Sequence[Posted]) -> None:
        """Write batches in one transaction; where one of them cannot be stored, each in its own."""
        try:
            await self._write_together(conn, posted)
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            self._memory.forget()
            if len(posted) == 1:
                await self._give_up(conn, posted[0], str(error))
                return
            log.warning("ingest: a batch among %d cannot be stored (%s)", len(posted), str(error).strip())
            for one in posted:
                await self._write(conn, [one])

    async def _write_together(self, conn: psycopg.AsyncConnection, posted: Sequence[Posted]) -> None:
        batches = [one.batch for one in posted]
        for _ in range(_MOST_TRIES):
            await self._memory.learn(conn, batches)
            judgement = judge(batches, self._memory.watermarks)
            limit_ms = self._now_ms() + AHEAD_MS
            entry = entry_of(posted, judgement, self._memory.ids, self._memory.offsets, limit_ms)
            if await commit(conn, entry):
                self._committed(judgement, entry)
                return
            self._counts.overtaken += 1
            self._memory.forget_lanes(move.lane for move in judgement.moves)
        raise TimeoutError("other workers moved the same watermarks 20 times in a row")

    def _committed(self, judgement: Judgement, entry: Entry) -> None:
        self._memory.watermarks |= {move.lane: move.next for move in judgement.moves}
        counts, deposit = self._counts, entry.deposit
        counts.transactions += 1
        counts.rows += deposit.rows + deposit.waiting
        counts.undated += deposit.waiting
        counts.events += len(deposit.events)
        counts.strange_events += deposit.strange
        counts.repeated += judgement.repeated
        counts.asked_again += judgement.refused
        counts.lost += sum(lost.end - lost.first for lost in judgement.lost)
        for gateway, lanes in judgement.acks.items():
            self._send(gateway, lanes)

    async def _give_up(self, conn: psycopg.AsyncConnection, posted: Posted, reason: str) -> None:
        batch = posted.batch
        topic = f"{batch.gateway}/{batch.stream} epoch {batch.epoch} first {batch.first}"
        found = Refusal(gateway=batch.gateway, topic=topic, reason=reason, size=len(batch.rows))
        self._refuse(found)
        await put_refusals(conn, [found])

    # -- hellos --------------------------------------------------------------------------------------------------

    async def _greet(self, conn: psycopg.AsyncConnection, shard: int, hello: Hello) -> None:
        """Take a hello in, tell the gateway from where on its rows are wanted, and date what can be dated now."""
        gateway = await self._memory.gateway_id(conn, hello.gateway)
        heard = Heard(gateway=gateway, shard=shard, sent_ms=hello.sent_ms)
        wanted = await put_hello(conn, hello, heard)
        self._counts.hellos += 1
        self._send(
            hello.gateway,
            tuple(
                LaneAck(stream=lane.stream, epoch=lane.epoch, next=Seq(next_), first=Seq(-1), refused=True)
                for lane, next_ in zip(hello.lanes, wanted, strict=True)
            ),
        )
        for lane, next_ in zip(hello.lanes, wanted, strict=True):
            key = LaneKey(gateway=hello.gateway, stream=lane.stream, epoch=lane.epoch)
            self._memory.watermarks[key] = next_
        if hello.clocks:
            self._memory.forget_offsets(hello.gateway)
            self._counts.repaired += await repair(conn, self._now_ms, gateway)

    def _send(self, gateway: GatewayId, lanes: tuple[LaneAck, ...]) -> None:
        if self._answer(Ack(gateway=gateway, lanes=lanes)):
            self._counts.acks += 1
        else:
            self._counts.acks_unsent += 1
