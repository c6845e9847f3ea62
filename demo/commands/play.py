"""One performance: everything is started, the estate lives, falls silent, and what arrived is counted."""

import asyncio
import signal
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final, Protocol

from msgspec import Struct

from demo.commands.report import AgentCost, Report, Took
from demo.estate import (
    LOT,
    UNDERGROUND,
    Estate,
    Ledger,
    Lwm2mDevices,
    NbiotSensors,
    NetworkServer,
    NeuronLife,
    Pace,
    RfidReaders,
    Utterance,
    build_garage,
)
from demo.estate.wired import Line, build_lines
from demo.stage import HOST, Ports, Stage
from demo.watch import (
    Beside,
    BoardWatch,
    CloudWatch,
    Cost,
    Held,
    SealCount,
    Wired,
    beside,
    cost_of,
    count_seals,
    read_beside,
    read_held,
    read_wired,
    tally,
    tally_wired,
)

PACE: Final = Pace(heartbeat_s=6.0)
_LIT_S: Final = 40.0
_DARK_S: Final = 20.0
_ANSWERS_WITHIN_S: Final = 60.0
_GIVE_UP_AFTER_S: Final = 30.0
_LOOK_EVERY_S: Final = 0.5


class Options(Struct, frozen=True, kw_only=True):
    """What to perform; without `seconds` until told to end."""

    folder: Path
    bays: int
    meters: int = 200
    seconds: float | None
    seed: int
    ports: Ports


class Scene(Struct, frozen=True, kw_only=True):
    """All that can be looked at while the performance lasts."""

    stage: Stage
    estate: Estate
    neurons: NeuronLife
    lines: Sequence[Line]
    lwm2m: Lwm2mDevices
    board: BoardWatch
    cloud: CloudWatch
    readers: RfidReaders


class Apart(Struct, frozen=True, kw_only=True):
    """What is counted apart from the bays' sensors."""

    wired: Wired
    lwm2m: Beside
    seals: SealCount


class Audience(Protocol):
    """Who looks on: a table on the terminal."""

    def invited(self, ports: Ports) -> None:
        """Everything stands: here is where to look."""
        ...

    async def watch(self, scene: Scene) -> None:
        """Look until cancelled."""
        ...

    def counted(self, report: Report) -> None:
        """It is over, and this came of it."""
        ...


async def play(options: Options, audience: Audience) -> Report:
    """Perform and return what came of it.

    Raises:
        StageError: something did not start.
        CancelledError: told to end twice, or before everything stood.
    """
    loop = asyncio.get_running_loop()
    told, began_s = _ears(loop), loop.time()
    garage = build_garage(options.bays, min(3, options.bays))
    lines = build_lines(options.meters)
    async with _opened(lines), Stage(options.folder, garage, options.ports, lines) as stage:
        await _unless_told(stage.start(), told)
        scene = _scene(stage)
        audience.invited(stage.ports)
        before, lives_s = cost_of(stage.agent.process_id), loop.time()
        async with _together(
            estate=scene.estate.run(PACE, options.seed),
            neurons=scene.neurons.run(PACE, options.seed),
            lwm2m=scene.lwm2m.run(),
            readers=scene.readers.run(options.seconds, options.seed),
            board=scene.board.run(),
            cloud=scene.cloud.run(),
            audience=audience.watch(scene),
            underground=_lose_link(scene.estate, options.seconds),
        ):
            await _until_told(told, options.seconds)
            silent_s = loop.time()
            await _silence(scene)
            held = await _arrived(scene)
            apart = await _apart(scene)
        after, drained_s = cost_of(stage.agent.process_id), loop.time()
    took = Took(start_s=lives_s - began_s, run_s=silent_s - lives_s, drain_s=drained_s - silent_s)
    report = _report(options, scene, held, agent=_agent_cost(before, after, held), took=took, apart=apart)
    audience.counted(report)
    return report


def _scene(stage: Stage) -> Scene:
    ledger = Ledger()
    board = BoardWatch(stage.ports.gateway_http, LOT, ledger)
    cloud = CloudWatch(stage.postgres.url, ledger)

    def told(utterance: Utterance) -> None:
        board.expect(utterance)
        cloud.expect(utterance)

    lorawan = NetworkServer(HOST, stage.ports.devices_mqtt, ledger)
    estate = Estate(
        stage.garage,
        lorawan,
        NbiotSensors(HOST, stage.ports.devices_coap, ledger),
        ledger,
        told,
    )
    neurons = NeuronLife(lorawan, ledger)
    return Scene(
        stage=stage,
        estate=estate,
        neurons=neurons,
        lines=stage.lines,
        lwm2m=Lwm2mDevices(HOST, stage.ports.devices_coap),
        readers=RfidReaders(HOST, stage.ports.devices_mqtt),
        board=board,
        cloud=cloud,
    )


@asynccontextmanager
async def _opened(lines: Sequence[Line]) -> AsyncIterator[None]:
    """Keep the lines' ports open until the block ends."""
    with ExitStack() as closing:
        for line in lines:
            line.open()
            closing.callback(line.close)
        yield


def _ears(loop: asyncio.AbstractEventLoop) -> asyncio.Event:
    """Return what is set when told to end; told twice, everything is cancelled."""
    told, me = asyncio.Event(), asyncio.current_task()
    assert me is not None

    def hear() -> None:
        if told.is_set():
            me.cancel()
        told.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, hear)
    return told


async def _unless_told(work: Coroutine[Any, Any, None], told: asyncio.Event) -> None:
    working = asyncio.create_task(work, name="start")
    stopping = asyncio.create_task(told.wait(), name="stop signal")
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not working.done():
        working.cancel()
    await working


@asynccontextmanager
async def _together(**works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Let all work until the block ends."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(work, name=name) for name, work in works.items()]
        yield
        for task in tasks:
            task.cancel()


async def _until_told(told: asyncio.Event, seconds: float | None) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await told.wait()


async def _lose_link(estate: Estate, seconds: float | None) -> None:
    """Let the level underground lose its link for a while, again and again."""
    radio = estate.radios.get(UNDERGROUND)
    lit_s, dark_s = (_LIT_S, _DARK_S) if seconds is None else (0.3 * seconds, 0.3 * seconds)
    while radio is not None:
        await asyncio.sleep(lit_s)
        if estate.hushed:
            return
        radio.cut()
        await asyncio.sleep(dark_s)
        radio.restore()


async def _silence(scene: Scene) -> None:
    """Let the estate fall silent and wait until every sensor has its acknowledgement, or none comes any more."""
    estate = scene.estate
    for life in (estate, scene.neurons, scene.readers):
        life.hush()
    for line in scene.lines:
        line.hushed = True
    for radio in estate.radios.values():
        radio.restore()
    with suppress(TimeoutError):
        async with asyncio.timeout(_ANSWERS_WITHIN_S):
            await scene.lwm2m.hush()
            await estate.settled()
            await scene.readers.settled()


async def _arrived(scene: Scene) -> Held:
    """Wait until the database holds all that the gateway has to send, or takes nothing more."""
    loop = asyncio.get_running_loop()
    stage, promised = scene.stage, scene.estate.ledger.promised()
    held, wired = await read_held(stage.postgres.url), await _wired(scene)
    grew_s = loop.time()
    while loop.time() - grew_s < _GIVE_UP_AFTER_S:
        here = promised <= held.readings.keys() and not wired.lost
        if here and not await asyncio.to_thread(stage.backlog):
            break
        await asyncio.sleep(_LOOK_EVERY_S)
        rows = held.rows
        held, wired = await read_held(stage.postgres.url), await _wired(scene)
        grew_s = loop.time() if held.rows > rows else grew_s
    return await read_held(stage.postgres.url)


async def _wired(scene: Scene) -> Wired:
    """Ask the gateway what it has heard on its lines, and then the database what it holds of them."""
    account = await asyncio.to_thread(scene.stage.account)
    on_lines = await read_wired(scene.stage.postgres.url, scene.lines)
    return tally_wired(scene.lines, account.get("sources", {}), on_lines)


async def _apart(scene: Scene) -> Apart:
    url = scene.stage.postgres.url
    seals = await _seals(scene)
    held = await read_beside(url)
    return Apart(
        wired=await _wired(scene),
        lwm2m=beside(scene.lwm2m.promised(), scene.lwm2m.notified(), held),
        seals=seals,
    )


async def _seals(scene: Scene) -> SealCount:
    """Count when the gateway has heard the readers' last word: their broker answers them before it has."""
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    while True:
        counts = (await asyncio.to_thread(scene.stage.account)).get("pipeline", {})
        seals = await count_seals(scene.stage.postgres.url, scene.readers, counts)
        heard = seals.kept + seals.folded + seals.strange
        if (seals.good and heard >= seals.sightings) or loop.time() - began_s > _GIVE_UP_AFTER_S:
            return seals
        await asyncio.sleep(_LOOK_EVERY_S)


def _agent_cost(before: Cost, after: Cost, held: Held) -> AgentCost:
    cpu_us = (after.cpu_s - before.cpu_s) * 1e6 / held.rows if held.rows else None
    return AgentCost(
        rss_mb=after.rss_mb,
        peak_mb=after.peak_mb,
        cpu_us_per_observation=None if cpu_us is None else round(cpu_us, 1),
    )


def _report(  # the parts of a report
    options: Options, scene: Scene, held: Held, *, agent: AgentCost, took: Took, apart: Apart
) -> Report:
    ledger = scene.estate.ledger
    speakers = ledger.speakers()  # others share their properties, and are counted apart
    found = tally(
        ledger.promised(), {one: times for one, times in held.readings.items() if one[0] in speakers}
    )
    return Report(
        sent=len(ledger),
        committed=found.committed,
        lost=found.lost + apart.wired.lost + apart.lwm2m.lost,
        duplicated=found.duplicated + apart.wired.duplicated + apart.lwm2m.duplicated,
        sensor_to_board_ms=scene.board.latencies.spread(),
        sensor_to_cloud_ms=scene.cloud.latencies.spread(),
        agent=agent,
        acknowledged=ledger.acknowledged,
        held_back=sum(spoken.held for spoken in ledger),
        overtaken=scene.board.overtaken,
        debounced=scene.board.debounced,
        given_up=held.given_up,
        rows=held.rows,
        bays=options.bays,
        seed=options.seed,
        wired=apart.wired,
        took=took,
        lwm2m=apart.lwm2m,
        seals=apart.seals,
    )
