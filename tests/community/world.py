"""A small community on loopback: real brokers, a real PostgreSQL, the real programs, sensors that never give up."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from msgspec import Struct

from demo.estate import Estate, Garage, Kind, Ledger, NbiotSensors, NetworkServer, Pace, build_garage
from demo.stage import HOST, Changes, Proxy, Stage, Table, choose_ports
from demo.stage.toml import changed
from demo.watch import Held, Tally, read_held, tally

OUTAGE_S = float(os.environ.get("LILONG_OUTAGE_S", "12"))
"""How long an outage lasts in the tests; longer than every time-out of the settings below."""
PATIENCE_S = 60.0
PACE = Pace(day_s=60.0, dwell_s=2.5, least_s=0.5, heartbeat_s=0.8, greet_s=0.5)
MIX = (Kind.NBIOT_JSON, Kind.BOSCH_TPS110, Kind.NBIOT_CBOR, Kind.LIBELIUM_V2)
AGENT: Table = {
    "uplink": {
        "ack_timeout_s": 1.5,
        "hello_every_s": 5.0,
        "mqtt": {"keepalive_s": 3, "longest_retry_s": 2.0},
    },
    "rules": {"bay": {"debounce_s": 0.5}},
}
CLOUD: Table = {"mqtt": {"keepalive_s": 3, "longest_retry_s": 2.0}}


class World(Struct, frozen=True, kw_only=True):
    """The community while a test disturbs it."""

    stage: Stage
    estate: Estate
    ledger: Ledger
    uplink: Proxy

    async def acknowledged(self, more: int) -> None:
        """Wait until the sensors have so many acknowledgements more than now."""
        wanted = self.ledger.acknowledged + more
        await until(lambda: self.ledger.acknowledged >= wanted, f"{more} more acknowledgements")

    async def waiting(self, least: int) -> None:
        """Wait until the gateway holds at least so many rows that the cloud does not have."""
        await until(lambda: (self.stage.backlog() or 0) >= least, f"{least} rows waiting on the gateway")

    async def out_of_reach(self) -> None:
        """Cut the links of all levels, and wait until whatever had left before is in PostgreSQL."""
        radios = self.estate.radios.values()
        for radio in radios:
            radio.cut()
        await until(
            lambda: self.ledger.waiting() == sum(radio.waiting for radio in radios),
            "what had left is answered",
        )
        await until(lambda: self.stage.backlog() == 0, "nothing waiting on the gateway")

    def in_reach(self) -> None:
        """Give all levels their links back."""
        for radio in self.estate.radios.values():
            radio.restore()

    async def hushed(self) -> None:
        """Let the sensors fall silent and wait until each has its acknowledgement."""
        self.estate.hush()
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self.estate.settled()
        except TimeoutError:
            silent = [one.utterance.identity for one in self.ledger if one.acknowledged_s is None]
            pytest.fail(f"not acknowledged: {silent[:20]}\n{self.told_by_agent()}")

    async def drained(self) -> Held:
        """Let the sensors fall silent, wait until the gateway has nothing left, and return what PostgreSQL holds."""
        await self.hushed()
        await until(lambda: self.stage.backlog() == 0, "nothing waiting on the gateway")
        return await read_held(self.stage.postgres.url)

    async def arrived(self) -> Held:
        """Wait until PostgreSQL holds every acknowledged reading, or for long enough, and return what it holds.

        What came over MQTT is acknowledged to the network server by its broker; the gateway may still owe the broker
        its own acknowledgement, because it could not keep the reading at first.
        """
        await self.hushed()
        deadline = time.monotonic() + PATIENCE_S
        while True:
            held = await self.drained()
            if self.ledger.promised() <= held.readings.keys() or time.monotonic() > deadline:
                return held
            await asyncio.sleep(0.2)

    def told(self, found: Tally, held: Held) -> str:
        """Tell of what is missing, for whoever must find out why."""
        spoken = [one for one in self.ledger if one.utterance.identity in found.missing]
        lines = [
            f"{one.utterance.kind} {one.utterance.device} {one.utterance.at_ms} acknowledged "
            f"{(one.acknowledged_s or 0.0) - (one.sent_s or 0.0):.3f} s after it left"
            for one in spoken[:20]
        ]
        return "\n".join(
            (
                f"{found.lost} of {len(self.ledger)} readings are missing, {held.given_up} rows given up",
                *lines,
                self.told_by_agent(),
            )
        )

    def told_by_agent(self) -> str:
        """Return what the gateway says of itself, and the end of its log."""
        account = self.stage.account()
        names = ("lanes", "pipeline", "sources", "totals", "uplink", "queue", "full")
        return "\n".join((*(f"{name}: {account.get(name)}" for name in names), self.stage.agent.last_words()))

    async def check_exact(self) -> Held:
        """Every acknowledged reading is in PostgreSQL exactly once, and no numbered row is there twice or missing."""
        held = await self.arrived()
        found = tally(self.ledger.promised(), held.readings)
        assert len(self.ledger) > 0
        assert found.missing == (), self.told(found, held)
        assert found.committed == len(self.ledger)
        assert found.repeated == ()
        assert held.repeated_rows == 0
        assert await holes(self.stage.postgres.url) == []
        return held


@asynccontextmanager
async def community(
    folder: Path,
    *,
    bays: int = 24,
    pace: Pace = PACE,
    changes: Changes | None = None,
    before_agent: Callable[[Stage], Awaitable[None]] | None = None,
) -> AsyncIterator[World]:
    """Start everything, with a proxy between the gateway and the cloud's broker, and let the estate live."""
    garage = build_garage(bays, 2, MIX)
    async with Stage(folder, garage, choose_ports()) as stage:
        uplink = Proxy(stage.ports.uplink_mqtt)
        await uplink.start()
        try:
            await stage.start(with_test_settings(changes or Changes(), uplink.port))
            world = _world(stage, garage, uplink)
            async with asyncio.TaskGroup() as group:
                living = group.create_task(world.estate.run(pace, seed=1), name="estate")
                yield world
                living.cancel()
        finally:
            await uplink.close()


def with_test_settings(changes: Changes, uplink_port: int) -> Changes:
    """Add the short time-outs of the tests to a test's own changes."""
    return Changes(
        agent=changed(AGENT, changes.agent), cloud=changed(CLOUD, changes.cloud), uplink_port=uplink_port
    )


def play(scenario: Coroutine[Any, Any, None]) -> None:
    """Run a scenario to its end."""
    asyncio.run(scenario)


async def until(so: Callable[[], object], what: str, within_s: float = PATIENCE_S) -> None:
    """Return as soon as `so()` is true; it may block, so it is asked in a thread."""
    deadline = time.monotonic() + within_s
    while not await asyncio.to_thread(so):
        if time.monotonic() > deadline:
            pytest.fail(f"not so within {within_s:g} s: {what}")
        await asyncio.sleep(0.05)


async def holes(database_url: str) -> list[tuple[Any, ...]]:
    """Return the lanes whose rows and gaps together are not all numbers below the watermark."""
    async with await psycopg.AsyncConnection.connect(database_url) as conn:
        found = await conn.execute(
            """
            SELECT watermark.stream, watermark.epoch, watermark.next, coalesce(rows.n, 0), coalesce(given_up.n, 0)
            FROM watermark
            LEFT JOIN (SELECT gateway, stream, epoch, count(*) AS n FROM observation GROUP BY 1, 2, 3) AS rows
                USING (gateway, stream, epoch)
            LEFT JOIN (SELECT gateway, stream, epoch, sum(n) AS n FROM gap GROUP BY 1, 2, 3) AS given_up
                USING (gateway, stream, epoch)
            WHERE watermark.next <> coalesce(rows.n, 0) + coalesce(given_up.n, 0)
            """
        )
        return await found.fetchall()


def _world(stage: Stage, garage: Garage, uplink: Proxy) -> World:
    ledger = Ledger()
    estate = Estate(
        garage,
        NetworkServer(HOST, stage.ports.devices_mqtt, ledger),
        NbiotSensors(HOST, stage.ports.devices_coap, ledger),
        ledger,
    )
    return World(stage=stage, estate=estate, ledger=ledger, uplink=uplink)
