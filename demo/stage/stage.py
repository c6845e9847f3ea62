"""All engines and programs of the system on one machine, each of which can be started, killed and started again."""

import asyncio
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import msgspec
from msgspec import Struct

from cloud_ingest.store.embedded import EmbeddedError, EmbeddedPostgres
from demo.engines import Broker, EngineError
from demo.estate import Garage
from demo.estate.wired import Line
from demo.stage.errors import StageError
from demo.stage.http import ask
from demo.stage.ports import Ports, choose_ports
from demo.stage.program import Program
from demo.stage.settings import agent_table, cloud_table, write_site, write_table
from demo.stage.toml import Table, changed
from wire import Words

T = TypeVar("T")
_READY_S: Final = 60.0
_LEAST_FREE: Final = 400_000_000
"""Bytes: PostgreSQL's files take about 60 MB, its log as much again while it works."""


class Changes(Struct, frozen=True, kw_only=True):
    """What shall differ from the settings that the stage writes; `uplink_port` leads the agent's uplink elsewhere."""

    agent: Table = {}
    cloud: Table = {}
    uplink_port: int = 0


class Stage:
    """Two brokers (the gateway's and the cloud's), PostgreSQL, one agent, one cloud program and room for a second.

    Everything is below `folder` and on loopback. Engines and programs are started by one thread of the stage, with
    which the kernel ends them, so nothing is left behind however we end.
    """

    def __init__(
        self, folder: Path, garage: Garage, ports: Ports | None = None, lines: Sequence[Line] = ()
    ) -> None:
        """Take note; nothing is started or written yet. The `lines` of meters must be open when the agent starts.

        Raises:
            StageError: a port is in use, or the folder has no room.
        """
        _check_room(folder)
        self.folder, self.garage, self.lines = folder, garage, lines
        self.ports = ports or choose_ports()
        self.devices_broker = Broker(self.ports.devices_mqtt)
        self.uplink_broker = Broker(self.ports.uplink_mqtt)
        self.postgres = EmbeddedPostgres(folder / "postgres")
        self.agent = self._program("agent", "agent.toml")
        self.cloud = self._program("cloud", "cloud.toml")
        self.second = self._program("cloud", "cloud-2.toml", log="cloud-2.log")
        self._hands = ThreadPoolExecutor(max_workers=1, thread_name_prefix="stage")

    async def do(self, work: Callable[[], T]) -> T:
        """Do something that blocks, in the stage's own thread; turn what engines complain of into words."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._hands, work)
        except (EngineError, EmbeddedError, OSError) as error:
            raise StageError(Words(zh=str(error), en=str(error))) from error

    async def __aenter__(self) -> Self:
        """Begin with nothing running."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_site(self.folder, self.garage)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop whatever runs, what stands on others first."""
        async with AsyncExitStack() as ending:
            ending.callback(self._hands.shutdown)
            for engine in (self.postgres, self.uplink_broker, self.devices_broker):
                ending.push_async_callback(self.do, engine.stop)
            for program in (self.cloud, self.second, self.agent):
                ending.push_async_callback(self.do, program.stop)

    async def start(self, changes: Changes | None = None) -> None:
        """Start everything but the second worker and wait until it is ready."""
        changes = changes or Changes()
        self.write_agent(changes)
        await self.do(self.devices_broker.start)
        await self.do(self.agent.start)
        await self.do(self.uplink_broker.start)
        await self.do(self.postgres.start)
        self.write_cloud(changes)
        await self.do(self.cloud.start)
        await asyncio.gather(self.agent_ready(), self.cloud_ready())

    def write_agent(self, changes: Changes) -> None:
        """Write the agent's settings."""
        table = agent_table(self.ports, changes.uplink_port or self.ports.uplink_mqtt, self.lines)
        write_table(self.folder / "agent.toml", changed(table, changes.agent))

    def write_cloud(self, changes: Changes) -> None:
        """Write the settings of both cloud programs; PostgreSQL must run, so that its address is known."""
        ports = {"cloud": self.ports.cloud_http, "cloud-2": self.ports.spare_http}
        for name, port in ports.items():
            table = cloud_table(self.ports, self.postgres.url, name=name, http_port=port)
            write_table(self.folder / f"{name}.toml", changed(table, changes.cloud))

    async def start_agent(self, environment: Mapping[str, str] | None = None) -> None:
        """Start the agent and wait until it is ready."""
        await self.do(lambda: self.agent.start(environment))
        await self.agent_ready()

    async def agent_ready(self) -> None:
        """Wait until the agent serves and hears its sources."""
        await asyncio.to_thread(self.agent.wait_until, self._agent_hears, _READY_S)

    async def start_second(self) -> None:
        """Start the second cloud program and wait until it is ready."""
        await self.do(self.second.start)
        await self._ready(self.second, self.ports.spare_http)

    async def cloud_ready(self) -> None:
        """Wait until the first cloud program has its database and its broker."""
        await self._ready(self.cloud, self.ports.cloud_http)

    async def _ready(self, program: Program, port: int) -> None:
        await asyncio.to_thread(program.wait_until, lambda: ask(port, "/readyz")[0] == 200, _READY_S)

    def account(self) -> dict[str, Any]:
        """Return what the agent says of itself, as JSON; empty if it does not answer."""
        status, body = ask(self.ports.gateway_http, "/status.json")
        return msgspec.json.decode(body, type=dict[str, Any]) if status == 200 else {}

    def backlog(self) -> int | None:
        """Return how many rows the agent holds that the cloud does not have; None if it does not answer."""
        account = self.account()
        return sum(lane["waiting"] for lane in account["lanes"]) if account else None

    def _agent_hears(self) -> bool:
        account = self.account()
        return bool(account) and account.get("deaf_s") == 0

    def _program(self, kind: str, settings: str, log: str = "") -> Program:
        words = [kind, "run", "--config", str(self.folder / settings)]
        return Program(settings.removesuffix(".toml"), words, self.folder / (log or f"{kind}.log"))


def _check_room(folder: Path) -> None:
    near = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(near).free
    if free < _LEAST_FREE:
        have, want = free // 1_000_000, _LEAST_FREE // 1_000_000
        raise StageError(
            Words(
                zh=f"{near} 只剩 {have} MB,至少需要 {want} MB:请清理磁盘,或用 --keep 指定别的文件夹",
                en=f"{near} has {have} MB left and {want} MB are needed: free some, or name another folder with --keep",
            )
        )
