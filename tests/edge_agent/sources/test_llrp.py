"""The LLRP source against llrpkit's emulated reader, which speaks LLRP over TCP."""

import asyncio
import builtins
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from chassis import ConfigError, parse_config
from device_profiles import load_shelf
from edge_agent.sources import LlrpSettings, SourcesSettings, build_sources
from tests.edge_agent.sources.listening import Listening, clock
from tests.until import until

pytest.importorskip("llrpkit", reason="llrpkit is not installed; the extra llrp brings it")

from llrpkit.emulator import EmulatedTag, LLRPEmulator

from edge_agent.sources import llrp
from edge_agent.sources.llrp import LlrpSource

SHELF = load_shelf()
SEAL = bytes.fromhex("3476451fd40000000000162e")
TAGS = [EmulatedTag(epc=SEAL, antennas=(1,)), EmulatedTag(epc=bytes.fromhex("e280" * 6), antennas=(2,))]


@asynccontextmanager
async def running(source: LlrpSource, intake: Listening) -> AsyncIterator[None]:
    task = asyncio.create_task(source.run(intake), name="llrp")
    try:
        yield
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


def source(port: int, **more: object) -> LlrpSource:
    settings = {"reader": "reader-1", "host": "127.0.0.1", "port": port} | more
    return LlrpSource(LlrpSettings(**settings), SHELF, clock)  # type: ignore[arg-type]


def said(intake: Listening) -> list[dict[str, Any]]:
    return [one for reading in intake.readings for one in json.loads(reading.payload)]


def test_tags_become_readings_that_the_profile_reads() -> None:
    async def play() -> Listening:
        intake = Listening()
        async with LLRPEmulator(tags=TAGS, reads_per_sec=200) as reader, running(source(reader.port), intake):
            await until(lambda: len({one.get("epc") for one in said(intake)}) >= 3)
        return intake

    intake = asyncio.run(play())
    assert said(intake)[0] == {"reader": "reader-1", "status": "online"}
    assert {reading.device for reading in intake.readings} == {"reader-1"}
    decode = SHELF.profile("reader_llrp_mqtt").decode
    rows = [row for reading in intake.readings for row in decode(reading)]
    seal = {(row.property, row.value) for row in rows if row.device == f"tag:{SEAL.hex()}"}
    assert ("tag.seen", "reader-1/1") in seal
    assert ("tag.uri", "urn:epc:id:giai:9521141.5678") in seal
    assert any(name == "tag.rssi" for name, _ in seal)


def test_only_the_antennas_asked_for_are_heard() -> None:
    async def play() -> Listening:
        intake = Listening()
        async with (
            LLRPEmulator(tags=TAGS, reads_per_sec=200) as reader,
            running(source(reader.port, antennas=(2,)), intake),
        ):
            await until(lambda: sum("epc" in one for one in said(intake)) > 20)
        return intake

    assert {one["antenna"] for one in said(asyncio.run(play())) if "epc" in one} == {2}


def test_a_lost_reader_is_told_and_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llrp, "_LONGEST_RETRY_S", 0.05)

    async def play() -> None:
        intake = Listening()
        async with LLRPEmulator(tags=TAGS) as reader:
            one, port = source(reader.port), reader.port
            async with running(one, intake):
                await until(lambda: one.counts()["up"] == 1)
                await reader.stop()
                await until(lambda: {"reader": "reader-1", "status": "offline"} in said(intake))
                assert one.counts()["up"] == 0
                async with LLRPEmulator(tags=TAGS, port=port):
                    await until(lambda: one.counts()["up"] == 1)
                    assert one.counts()["lost_reader"] >= 1

    asyncio.run(play())


def test_a_reader_without_tags_proves_that_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llrp, "_ASK_EVERY_S", 0.02)

    async def play() -> None:
        intake = Listening()
        async with LLRPEmulator(tags=[]) as reader:
            one = source(reader.port)
            async with running(one, intake):
                await until(lambda: one.counts().get("answers", 0) >= 3)
        beats = [reading for reading in intake.readings if reading.payload == b"[]"]
        rows = SHELF.profile("reader_llrp_mqtt").decode(beats[0])
        assert [(row.device, row.property) for row in rows] == [("reader-1", "device.heartbeat")]

    asyncio.run(play())


def test_what_finds_no_room_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llrp, "_MOST_WAITING", 3)
    monkeypatch.setattr(llrp, "_HAND_OVER_EVERY_S", 60.0)

    async def play() -> None:
        async with LLRPEmulator(tags=TAGS, reads_per_sec=500) as reader:
            one = source(reader.port)
            async with running(one, Listening()):
                await until(lambda: one.counts().get("lost", 0) > 5)

    asyncio.run(play())


def test_it_is_made_from_its_table() -> None:
    text = '[[llrp]]\nreader = "reader-1"\nhost = "192.0.2.9"\nantennas = [1, 2]\npower_dbm = 27.5\n'
    (made,) = build_sources(parse_config(text, SourcesSettings, name="agent.toml"), SHELF, clock)
    assert (made.name, made.counts()) == ("llrp reader-1", {"up": 0})


def test_a_profile_that_is_not_there() -> None:
    with pytest.raises(ConfigError, match=r"\[sources.llrp\], reader 'reader-1': key 'profile'"):
        source(5084, profile="no_such_profile")


def test_without_the_package_it_says_which_extra_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.partition(".")[0] == "llrpkit":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.delitem(sys.modules, "llrpkit")
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ConfigError, match=r"pip install 'lilong\[llrp\]'"):
        source(5084)
