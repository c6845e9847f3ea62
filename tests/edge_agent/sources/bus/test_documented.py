"""docs/sources.md: the command that tries a meter reads one, and the table beside it makes a line that does."""

import asyncio
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from chassis import parse_config
from demo.estate.wired import Temper
from edge_agent.sources.bus import BusSource
from tests.edge_agent.sources.bus.lines import SHELF, TONGUE, modbus_line
from tests.edge_agent.sources.listening import Listening, clock
from tests.edge_agent.sources.test_documented import Page, blocks, commands, settings
from tests.until import until

_PORT = re.compile(r"/dev/(ttyUSB0|serial/by-id/[\w-]+)")


def test_the_command_reads_a_meter() -> None:
    if shutil.which("mbpoll") is None:
        pytest.skip("mbpoll is not installed (apt-get install mbpoll)")

    async def story() -> None:
        line = modbus_line(Temper.WELL)
        port = line.open()
        (words,) = commands("mbpoll")
        asked = [_PORT.sub(port, word) for word in words]
        done = await asyncio.to_thread(subprocess.run, asked, capture_output=True, text=True, check=True)
        line.close()
        (index,) = line.meters[0].said
        assert f"[72]: \t{TONGUE.value(index):g}" in done.stdout

    asyncio.run(story())


def test_the_table_makes_a_line(tmp_path: Path) -> None:
    table = settings("[[sources.bus]]", 0, tmp_path)
    (source,) = (BusSource(line, SHELF, clock) for line in table.bus)
    assert [one.device for one in source.devices] == ["flat-301-electricity", "sump-level"]
    assert _PORT.search(table.bus[0].port)


def test_the_table_reads_a_meter() -> None:
    async def story() -> None:
        line, intake = modbus_line(Temper.WELL), Listening()
        (text,) = (block for block in blocks("toml") if "[[sources.bus]]" in block)
        page = parse_config(_PORT.sub(line.open(), text), Page, name="docs/sources.md")
        source = BusSource(page.sources.bus[0], SHELF, clock)
        task = asyncio.create_task(source.run(intake))
        await until(lambda: source.counts()["answered"] >= 2)
        task.cancel()
        await asyncio.wait({task})
        line.close()
        assert {reading.device for reading in intake.readings} == {"flat-301-electricity"}

    asyncio.run(story())


def test_every_count_of_a_line_is_explained() -> None:
    page = Path(__file__).parents[4] / "docs" / "sources.md"
    (source,) = (BusSource(line, SHELF, clock) for line in settings("[[sources.bus]]", 0, page.parent).bus)
    explained = page.read_text().partition("## What the counts say")[2]
    assert [name for name in source.counts() if f"`{name}`" not in explained] == []
    keys = page.read_text().partition("| key of the line |")[2]
    for key in ("port", "baud", "parity", "stop_bits", "pause_s", "retries", "rs485"):
        assert f"`{key}`" in keys
