"""The live table on the terminal, the addresses before it and the count after it."""

import asyncio
from collections import deque
from typing import Final

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table as Grid
from rich.text import Text

from chassis import say
from demo.commands.play import Scene
from demo.commands.report import Report
from demo.estate import LOT, UNDERGROUND
from demo.stage import HOST, Ports
from demo.watch import Cost, Spread, cost_of
from wire import BoardFloor, Words

_EVERY_S: Final = 0.5
_SMOOTHED_S: Final = 4.0


class Table:
    """An `Audience` that writes for people, in one language; quiet, it writes only where to look, beside the output."""

    def __init__(self, language: str, *, quiet: bool) -> None:
        """Choose the language."""
        self._language, self._quiet = language, quiet
        self._console = Console(stderr=quiet, highlight=False)

    def invited(self, ports: Ports) -> None:
        """Print where to look."""
        gateway, cloud = f"http://{HOST}:{ports.gateway_http}", f"http://{HOST}:{ports.cloud_http}"
        places = (
            (Words(zh="大堂屏幕(网关)", en="Lobby screen (gateway)"), f"{gateway}/screens/{LOT}"),
            (Words(zh="大堂屏幕(云端)", en="Lobby screen (cloud)"), f"{cloud}/screens/{LOT}"),
            (Words(zh="网关状态", en="Gateway status"), f"{gateway}/status"),
            (Words(zh="网关指标", en="Gateway metrics"), f"{gateway}/metrics"),
            (Words(zh="云端接口", en="Cloud API"), f"{cloud}/v1/parking/lots/{LOT}"),
            (Words(zh="接口说明", en="Cloud API description"), f"{cloud}/openapi.json"),
            (Words(zh="云端指标", en="Cloud metrics"), f"{cloud}/metrics"),
            (Words(zh="传感器 MQTT", en="Sensors, MQTT"), f"mqtt://{HOST}:{ports.devices_mqtt}"),
            (Words(zh="传感器 CoAP", en="Sensors, CoAP"), f"coap://{HOST}:{ports.devices_coap}/senml"),
        )
        wide = max(cell_len(self._say(words)) for words, _ in places)
        for words, address in places:
            label = self._say(words)
            self._console.print(f"{label}{' ' * (wide - cell_len(label))}  {address}", soft_wrap=True)

    async def watch(self, scene: Scene) -> None:
        """Draw the table twice a second."""
        if self._quiet:
            return
        said, boards = Pulse(), Pulse()
        loop = asyncio.get_running_loop()
        with Live(console=self._console, auto_refresh=False, transient=True) as live:
            while True:
                backlog = await asyncio.to_thread(scene.stage.backlog)
                now_s = loop.time()
                rates = (said.rate(len(scene.estate.ledger), now_s), boards.rate(scene.board.boards, now_s))
                live.update(self._drawn(scene, backlog, rates), refresh=True)
                await asyncio.sleep(_EVERY_S)

    def counted(self, report: Report) -> None:
        """Print what came of it."""
        if self._quiet:
            return
        verdict = (
            Words(
                zh="每一条都在 PostgreSQL 中,且只有一次。", en="Every reading is in PostgreSQL, exactly once."
            )
            if report.good
            else Words(zh="清点不符!", en="The count does not agree!")
        )
        self._console.print(f"[bold]{self._say(verdict)}[/bold]")
        rows = (
            (Words(zh="已发送 / 已确认", en="sent / acknowledged"), f"{report.sent} / {report.acknowledged}"),
            (Words(zh="数据库中", en="in PostgreSQL"), f"{report.committed}"),
            (Words(zh="丢失 / 重复", en="lost / duplicated"), f"{report.lost} / {report.duplicated}"),
            (
                Words(zh="表计应答:网关听到 / 数据库中", en="meters' answers: heard / in PostgreSQL"),
                f"{report.wired.heard} / {report.wired.committed}",
            ),
            (Words(zh="LwM2M 承诺 / 丢失 / 重复", en="LwM2M promised / lost / duplicated"), _lwm2m(report)),
            (
                Words(zh="铅封离开 / 告警", en="seals taken / alarms"),
                f"{report.seals.left} / {report.seals.raised}",
            ),
            (Words(zh="传感器 → 屏幕", en="sensor → lobby screen"), _ms(report.sensor_to_board_ms)),
            (Words(zh="传感器 → 云端", en="sensor → cloud"), _ms(report.sensor_to_cloud_ms)),
            (
                Words(zh="网关内存 / 每条 CPU", en="gateway memory / CPU a row"),
                f"{report.agent.rss_mb} MB / {report.agent.cpu_us_per_observation} µs",
            ),
        )
        for words, value in rows:
            self._console.print(f"  {self._say(words)}: {value}")

    def _drawn(self, scene: Scene, backlog: int | None, rates: tuple[float, float]) -> RenderableType:
        title = Words(zh="里弄 · 银杏里停车库", en="Lilong · Ginkgo Lane Garage")
        end = Words(zh="Ctrl-C 结束并清点", en="Ctrl-C ends and counts")
        cost = cost_of(scene.stage.agent.process_id)
        inner = Group(self._floors(scene), Text(), self._figures(scene, backlog, rates, cost))
        return Panel(inner, title=self._say(title), subtitle=self._say(end), expand=False)

    def _floors(self, scene: Scene) -> Grid:
        heads = (
            Words(zh="楼层", en="level"),
            Words(zh="空", en="free"),
            Words(zh="占用", en="occupied"),
            Words(zh="未知", en="unknown"),
            Words(zh="链路", en="link"),
            Words(zh="待发", en="waiting"),
        )
        grid = Grid(box=None, pad_edge=False)
        for head, is_number in zip(heads, (False, True, True, True, False, True), strict=True):
            grid.add_column(self._say(head), justify="right" if is_number else "left")
        for floor in scene.board.board.floors if scene.board.board else ():
            grid.add_row(*self._floor(scene, floor))
        return grid

    def _floor(self, scene: Scene, floor: BoardFloor) -> tuple[Text, ...]:
        radio, count = scene.estate.radios[floor.id], floor.count
        link = Words(zh="正常", en="up") if radio.up else Words(zh="中断", en="lost")
        return (
            Text(f"{self._say(floor.name)}{' ▼' if floor.id == UNDERGROUND else ''}"),
            Text(str(count.free), style="bold green"),
            Text(str(count.occupied)),
            Text(str(count.unknown), style="yellow" if count.unknown else "dim"),
            Text(self._say(link), style="" if radio.up else "bold red"),
            Text(str(radio.waiting) if radio.waiting else "", style="yellow"),
        )

    def _figures(self, scene: Scene, backlog: int | None, rates: tuple[float, float], cost: Cost) -> Grid:
        ledger = scene.estate.ledger
        rows = (
            (Words(zh="读数 / 秒", en="readings a second"), f"{rates[0]:.0f}"),
            (Words(zh="已发送 / 已确认", en="sent / acknowledged"), f"{len(ledger)} / {ledger.acknowledged}"),
            (Words(zh="屏幕更新 / 秒", en="boards a second"), f"{rates[1]:.0f}"),
            (
                Words(zh="表计提问 / 应答", en="meters asked / answered"),
                f"{sum(line.asked for line in scene.lines)} / {sum(line.answered for line in scene.lines)}",
            ),
            (Words(zh="传感器 → 屏幕", en="sensor → lobby screen"), _ms(scene.board.latencies.newest())),
            (Words(zh="传感器 → 云端", en="sensor → cloud"), _ms(scene.cloud.latencies.newest())),
            (Words(zh="网关待上传", en="waiting on the gateway"), "–" if backlog is None else str(backlog)),
            (
                Words(zh="网关内存 / CPU", en="gateway memory / CPU"),
                f"{cost.rss_mb:.0f} MB / {cost.cpu_s:.1f} s",
            ),
        )
        grid = Grid.grid(padding=(0, 2))
        for words, value in rows:
            grid.add_row(self._say(words), value)
        return grid

    def _say(self, words: Words) -> str:
        return say(words, self._language)


class Pulse:
    """How fast a count rises, smoothed over some seconds."""

    def __init__(self) -> None:
        """Start with nothing counted."""
        self._seen: deque[tuple[float, int]] = deque(maxlen=round(_SMOOTHED_S / _EVERY_S))

    def rate(self, count: int, now_s: float) -> float:
        """Take the count as it is now and return by how much it rises a second."""
        self._seen.append((now_s, count))
        since_s, before = self._seen[0]
        return (count - before) / (now_s - since_s) if now_s > since_s else 0.0


def _lwm2m(report: Report) -> str:
    count = report.lwm2m
    return f"{count.promised} / {count.lost} / {count.duplicated}  (+ {count.arrived} of {count.notified} notified)"


def _ms(spread: Spread) -> str:
    if spread.p50 is None:
        return "–"
    return f"p50 {spread.p50:.0f} ms   p99 {spread.p99:.0f} ms"
