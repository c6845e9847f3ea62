"""The agent: all its parts put together in one task group."""

import asyncio
import socket
import time
from collections.abc import Container, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from starlette.applications import Starlette

from chassis import BoardHub, ConfigError, blaming, listen, notify, serve, watchdog_every_s
from device_profiles import Shelf, load_shelf
from device_profiles.javascript import shared_runner
from device_profiles.recognition import Guess
from edge_agent.accepted import Accepted, Retaker, Suggester, sound_accepted
from edge_agent.board import BoardKeeper
from edge_agent.clock import SystemClock
from edge_agent.config import AgentSettings, Configuration
from edge_agent.health import Account, LaneAccount, ScreenAccount, SuspectAccount, create_app
from edge_agent.outbox import Outbox, Quarantined
from edge_agent.pipeline import Books, Disk, IntakeQueue, Meaning, Pipeline, Registry, checked
from edge_agent.rules import BayRule, FieldRule, Judge, Listener, TagRule, neighbours_of
from edge_agent.rules.thermal import CareRules
from edge_agent.sources import Source, build_sources, profile_named
from edge_agent.uplink import Uplink
from wire import BayId, DeviceId, SitePlan, device_id
from wire.sync import Lane

_VOUCHED_S: Final = 20.0
"""A board that its keeper has not renewed for so long is stale, whatever it says: the keeper may be stuck."""


class Agent:
    """One gateway; made from its configuration, run until cancelled, closed at the end."""

    def __init__(self, configuration: Configuration, sources: Sequence[Source] | None = None) -> None:
        """Open the outbox and build every part; `sources` replaces the configured ones (replay)."""
        self._configuration = configuration
        settings = configuration.agent
        self._started = time.monotonic()
        self._clock = SystemClock(settings.clock.trust)
        shelf = load_shelf([configuration.path(name) for name in settings.profiles])
        with blaming(configuration.name):
            accepted = configuration.path(settings.accepted)
            self._registry = registry_of(configuration, shelf, sound_accepted(accepted, shelf.keys()))
            self.sources = list(sources or self._configured(shelf))
        self._disk = Disk(
            Outbox.open(
                configuration.path(settings.outbox.path), settings.outbox.limits(), boot=self._clock.boot
            )
        )
        self._books = Books(settings.uplink.limits())
        self._books.open(self._disk.outbox.lanes(), time.monotonic())
        self._queue = IntakeQueue(settings.pipeline.queue)
        self._pipeline = Pipeline(self._queue, self._disk, self._books, settings.pipeline)
        self._retaker = Retaker(accepted, self._registry, self._disk)
        self._suggester = Suggester(self._registry.profiles.values())
        self._bays = bays_of(configuration.plan)
        self._rule = BayRule(self._bays, settings.rules.bay)
        self._fields = FieldRule(self._bays, neighbours_of(configuration.plan), settings.rules.field)
        self._judge = self._judged(configuration)
        self._care = CareRules(self._judge, settings.rules.thermal, self._clock)
        self._listener = Listener(self._care, self._clock)
        facts = self._disk.outbox.facts()
        for part in (self._judge, self._care, self._listener):
            part.recall(facts)
        self.uplink = self._uplinked(configuration)
        self._hub = BoardHub(vouched_s=_VOUCHED_S)
        self._beside = lines_without_bays(settings, self._bays)
        self._board = BoardKeeper(
            configuration.plan, self._rule, self._clock, self._hub, self._deaf_to_bays_ms
        )

    def _judged(self, configuration: Configuration) -> Judge:
        tags = TagRule(configuration.plan.tags, configuration.agent.rules.tags)
        return Judge(self._rule, self._clock, self._fields, tags)

    def _uplinked(self, configuration: Configuration) -> Uplink:
        settings, enrolment = configuration.agent.uplink, configuration.enrolment
        try:
            with blaming(configuration.name):
                return Uplink(settings, enrolment, self._disk, self._books, self._clock)
        except ConfigError:
            self._disk.close()  # an agent that cannot be made is never run, and so never closed
            raise

    def _configured(self, shelf: Shelf) -> list[Source]:
        gateway = self._configuration.enrolment.gateway
        return build_sources(
            self._configuration.agent.sources,
            shelf,
            self._clock,
            gateway=gateway,
            private=self._registry.private,
        )

    async def run(self) -> None:
        """Run every part until cancelled or until one of them fails."""
        http = self._configuration.agent.http
        app = create_app(self._hub, self.account, self.quarantine, self.suggest)
        try:
            with listen(http.host, http.port, table="http") as sock:
                await self._run_all(app, sock)
        finally:
            self._disk.close()

    async def _run_all(self, app: Starlette, sock: socket.socket) -> None:
        async with asyncio.TaskGroup() as group:
            for source in self.sources:
                group.create_task(source.run(self._queue), name=f"source {source.name}")
            group.create_task(self._retaker.run(self._queue), name="accepted devices")
            pipeline = self._pipeline.run(self._registry, self._listener, self._committed)
            group.create_task(pipeline, name="pipeline")
            group.create_task(self.uplink.link.run(), name="uplink link")
            group.create_task(self.uplink.run(agent_version(), self._totals), name="uplink")
            group.create_task(self._keep_board(), name="board")
            group.create_task(serve(app, sock), name="http")
            group.create_task(_tell_service_manager(), name="watchdog")

    def account(self) -> Account:
        """Say how the gateway is."""
        settings, outbox = self._configuration.agent, self._disk.outbox
        acked_ms = self.uplink.acked_ms
        return Account(
            gateway=self._configuration.enrolment.gateway,
            version=agent_version(),
            at_ms=self._clock()[0],
            up_s=time.monotonic() - self._started,
            clock_synced=self._clock.synced,
            uplink_up=self.uplink.link.up,
            acked_age_s=(self._clock.steady_ms() - acked_ms) / 1000 if acked_ms else None,
            queue=self._pipeline.waiting,
            full=self._pipeline.full,
            outbox_bytes=outbox.bytes_used(),
            outbox_most_bytes=settings.outbox.most_mb * 1_000_000,
            lanes=self._lanes(),
            sources={source.name: dict(source.counts()) for source in self.sources},
            pipeline=self._counts(),
            codecs=shared_runner().counts(),
            uplink={**self.uplink.counts, "retries": self._books.sender.retries},
            totals=outbox.counts(),
            lots=self._board.counts(),
            apart=self._fields.apart(),
            suspects=self._suspects(),
            silent=self._listener.silent(),
            screens=self._hub.watching,
            shown=self._shown(),
            deaf_s=self._deaf_ms() / 1000,
        )

    def _suspects(self) -> list[SuspectAccount]:
        return [
            SuspectAccount(
                bay=self._bays[device],
                device=device,
                suspicion=opinion.suspicion,
                believed=opinion.sight,
                quality=opinion.quality,
            )
            for device, opinion in self._fields.suspects(self._clock.steady_ms())
            if opinion.suspicion is not None
        ]

    def _lanes(self) -> list[LaneAccount]:
        """Say how each lane is, also those that the sender is about to take up."""
        sent = list(self._books.sender.lanes())
        others = self._disk.outbox.besides({(lane.stream, lane.epoch) for lane in sent})
        return [self._lane(lane) for lane in sent] + [
            LaneAccount(
                stream=lane.stream,
                epoch=f"{lane.epoch:016x}",
                held=lane.next - lane.oldest,
                waiting=lane.next - lane.first,
                closed=lane.closed,
            )
            for lane in others
        ]

    def _lane(self, lane: Lane) -> LaneAccount:
        """Say how a lane is; what lies behind a damaged place waits too."""
        behind = self._disk.outbox.beyond(lane.stream, lane.epoch)
        return LaneAccount(
            stream=lane.stream,
            epoch=f"{lane.epoch:016x}",
            held=lane.next - lane.oldest,
            waiting=lane.next - max(lane.committed, lane.oldest) + behind,
            closed=lane.closed,
        )

    def _counts(self) -> dict[str, int]:
        """Return what became of readings since the start, and what the rules saw without keeping it."""
        parts = (self._pipeline.counts, self._retaker.counts, self._care.counts, self._judge.counts)
        turned_away = self._queue.turned_away
        return {name: count for part in parts for name, count in part.items()} | {"turned_away": turned_away}

    def _shown(self) -> list[ScreenAccount]:
        now_ms = time.time() * 1000
        return [
            ScreenAccount(
                lot=lot,
                screen=screen,
                show=said.show,
                seq=said.seq,
                age_s=max(0.0, now_ms - said.at_ms) / 1000,
            )
            for (lot, screen), said in self._hub.rendered.items()
        ]

    async def quarantine(self) -> Sequence[Quarantined]:
        """Return what could not be understood, the newest first."""
        return await self._disk.run(Outbox.quarantine)

    async def suggest(self, entries: Sequence[Quarantined]) -> dict[str, list[Guess]]:
        """Return which profiles could be right for devices in the quarantine."""
        return await self._suggester.suggest(entries)

    def _committed(self) -> None:
        self.uplink.wake()
        self._board.refresh()

    def _totals(self) -> dict[str, int]:
        return {**self._pipeline.counts, **self._disk.outbox.counts()}

    def _deaf_ms(self) -> int:
        """Return for how long some source could not be heard."""
        return max((source.counts().get("deaf_ms", 0) for source in self.sources), default=0)

    def _deaf_to_bays_ms(self) -> int:
        """Return the same of the sources that hear bays: a lost line of meters makes no board any older."""
        near = [source for source in self.sources if source.name not in self._beside]
        return max((source.counts().get("deaf_ms", 0) for source in near), default=0)

    async def _keep_board(self) -> None:
        while True:
            await asyncio.sleep(1.0)
            self._board.refresh()


def bays_of(plan: SitePlan) -> dict[DeviceId, BayId]:
    """Return the bay that each sensor watches."""
    bays = (bay for lot in plan.lots for floor in lot.floors for bay in floor.bays)
    return {bay.device: bay.id for bay in bays if bay.device is not None}


def lines_without_bays(settings: AgentSettings, bays: Container[DeviceId]) -> frozenset[str]:
    """Return the lines on which none of the bays' sensors hangs."""
    return frozenset(
        line.name
        for line in settings.sources.bus
        if not any(device_id(one.id) in bays for one in line.devices)
    )


def registry_of(configuration: Configuration, shelf: Shelf, accepted: Accepted) -> Registry:
    """Return which profile decodes which device; a profile that does not exist is an error of the configuration.

    What agent.toml says of a device goes before what was accepted on the command line.
    """
    devices: dict[DeviceId, str] = {}
    polled = {
        device_id(one.id): one.profile for line in configuration.agent.sources.bus for one in line.devices
    }
    meanings: dict[DeviceId, tuple[Meaning, ...]] = {}
    for number, entry in enumerate(configuration.agent.devices):
        where = f"table [devices[{number}]]"
        device = device_id(entry.id)
        if device in devices:
            raise ConfigError(f"{where}: expected each device once, got {entry.id!r} again")
        if polled.get(device, entry.profile) != entry.profile:
            raise ConfigError(
                f"{where}: key 'profile': expected {polled[device]!r} as in [[sources.bus.devices]], "
                f"got {entry.profile!r}; the line says how it is asked"
            )
        devices[device] = profile_named(shelf, entry.profile, f"{where}: key 'profile'")
        if entry.means:
            meanings[device] = checked(entry.means, where)
    return Registry(
        profiles=shelf.by_key(),
        devices=devices,
        accepted=accepted,
        meanings=meanings,
        keys=configuration.keys,
    )


def agent_version() -> str:
    """Return the installed version of the distribution."""
    try:
        return version("lilong")
    except PackageNotFoundError:
        return "0+source"


async def _tell_service_manager() -> None:
    notify("READY=1")
    every_s = watchdog_every_s()
    while every_s is not None:
        notify("WATCHDOG=1")
        await asyncio.sleep(every_s)
