"""The master of a line against simulated meters behind a real pseudo-terminal."""

import asyncio
import logging
import os
import struct
import tty
from collections.abc import Coroutine
from typing import Any

import pytest
from msgspec.structs import replace

from demo.estate.wired import (
    Cjt188Meters,
    Dlt645Meters,
    Line,
    MbusMeters,
    Meter,
    Question,
    Riser,
    Temper,
    Tongue,
)
from device_profiles import Profile, Shelf
from device_profiles.protocols.modbus import Block, Function, RegisterDialogue
from edge_agent.pipeline import Registry
from edge_agent.pipeline.understand import understand
from edge_agent.sources import Heard, Outcome
from edge_agent.sources.bus import BusSource
from edge_agent.sources.bus.keeping import Keeping
from edge_agent.sources.bus.line import Line as Port
from edge_agent.sources.bus.line import LineLost
from tests.edge_agent.sources.bus.lines import SHELF, modbus_line, polling, settings
from tests.edge_agent.sources.listening import Item, Listening, clock
from tests.until import until
from wire import DeviceId, Stream, Words

REGISTRY = Registry(profiles={key: SHELF.profile(key) for key in SHELF.keys()}, devices={})  # noqa: SIM118


def play(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(story, 60))


def indices(items: list[Item], meter: Meter) -> list[float]:
    """What was heard of a meter's index, understood as the gateway does."""
    rows = [row for item in items for _, row in understand(item, REGISTRY).rows]
    return [
        float(row.value) for row in rows if row.device == meter.device and row.property == "electricity.index"
    ]


def links(items: list[Item]) -> list[tuple[str, object]]:
    observed = [row for item in items if isinstance(item, Heard) for row in item.observed]
    assert {row.property for row in observed} <= {"device.link_lost"}
    return [(row.device, row.value) for row in observed]


def test_every_meter_is_read_and_what_it_said_is_what_is_heard() -> None:
    async def story() -> None:
        line, intake = modbus_line(*[Temper.WELL] * 5), Listening()
        port = line.open()
        async with polling(settings(port, line.meters), intake) as source:
            await until(lambda: all(meter.answers >= 4 for meter in line.meters))
            await until(lambda: source.counts()["stored"] >= 20 + 5)
        line.close()
        for meter in line.meters:
            heard = indices(intake.items, meter)
            said = {line.tongue.value(index) for index in meter.said}
            assert len(heard) == len(set(heard)) >= 2
            assert set(heard) <= said
            assert len(said) - len(heard) <= 1, "only the one on its way at the end may be missing"
        counts = source.counts()
        assert counts["deaf_ms"] == counts["dead"] == counts["broken"] == 0
        assert sorted(links(intake.items)) == [(f"m{number}", 0) for number in range(1, 6)]

    play(story())


@pytest.mark.parametrize(
    "tongue", [Dlt645Meters(), Cjt188Meters(), MbusMeters()], ids=lambda one: type(one).__name__
)
def test_meters_of_other_protocols_are_read_through_noise(tongue: Tongue) -> None:
    tempers = (Temper.WELL, Temper.NOISY, Temper.DEAD, Temper.UNWIRED)
    meters = [
        Meter(DeviceId(f"m{number}"), tongue.address(number), number, temper)
        for number, temper in enumerate(tempers, 1)
    ]

    async def story() -> None:
        line, intake = Line(Riser(name="line", tongue=tongue), meters), Listening()
        async with polling(settings(line.open(), meters, tongue.profile), intake) as source:
            await until(
                lambda: all(len(meter.said) >= 4 for meter in meters if meter.temper is not Temper.DEAD)
            )
            await until(lambda: source.counts()["dead"] == 1)
        line.close()
        understood = [understand(item, REGISTRY) for item in intake.heard]
        assert [one.quarantined for one in understood] == [None] * len(understood)
        for meter in meters:
            rows = [row for one in understood for _, row in one.rows if row.device == meter.device]
            heard = [row.value for row in rows if row.property == tongue.property]
            assert len(heard) == len(set(heard)) >= 2 * (meter.temper is not Temper.DEAD)
            assert set(heard) <= {tongue.value(index) for index in meter.said}

    play(story())


def test_a_dead_meter_is_told_once_and_the_others_go_on() -> None:
    async def story() -> None:
        line, intake = modbus_line(Temper.WELL, Temper.DEAD, Temper.WELL), Listening()
        async with polling(settings(line.open(), line.meters), intake) as source:
            await until(lambda: ("m2", 1) in links(intake.items))
            before = line.meters[0].answers
            await until(lambda: line.meters[0].answers > before + 10)
            assert source.counts()["dead"] == 1
            line.meters[1].temper = Temper.WELL
            await until(lambda: ("m2", 0) in links(intake.items))
            assert source.counts()["dead"] == 0
        line.close()
        assert [told for told in links(intake.items) if told[0] == "m2"] == [("m2", 1), ("m2", 0)]

    play(story())


def test_noise_is_passed_over_and_broken_answers_are_asked_again() -> None:
    async def story() -> None:
        line, intake = modbus_line(Temper.NOISY), Listening()
        async with polling(settings(line.open(), line.meters), intake) as source:
            await until(lambda: line.meters[0].answers >= 12)
            await until(lambda: source.counts()["answered"] >= 7)
            assert source.counts()["broken"] >= 3
            assert source.counts()["dead"] == 0
        line.close()
        assert set(indices(intake.items, line.meters[0])) <= {
            line.tongue.value(one) for one in line.meters[0].said
        }
        assert intake.refused == []

    play(story())


def test_what_is_broken_every_time_comes_into_quarantine_with_its_bytes() -> None:
    async def story() -> None:
        line, intake = modbus_line(Temper.WELL), Listening()
        line.tongue = Garbled()
        async with polling(settings(line.open(), line.meters), intake) as source:
            await until(lambda: intake.refused)
            await until(lambda: source.counts()["dead"] == 1)
        line.close()
        assert "right CRC" in intake.refused[0].reason
        assert intake.refused[0].where == "m1 at 1"
        assert intake.refused[0].payload

    play(story())


def test_a_broken_answer_of_a_private_device_leaves_no_bytes() -> None:
    usual = SHELF.profile("meter_eastron_sdm120")
    private = Shelf({usual.key: replace(usual, private=True)})

    async def story() -> None:
        line, intake = modbus_line(Temper.WELL), Listening()
        line.tongue = Garbled()
        source = BusSource(settings(line.open(), line.meters), private, clock)
        task = asyncio.create_task(source.run(intake))
        await until(lambda: intake.refused)
        task.cancel()
        await asyncio.wait({task})
        line.close()
        (refused, *_) = intake.refused
        assert refused.payload == b""
        assert refused.reason == "a broken answer (69 private bytes not kept)"

    play(story())


class Garbled(type(modbus_line().tongue)):  # type: ignore[misc]  # whatever the lines speak
    """Answers with a wrong CRC."""

    def answers(self, question: Any, meter: Meter) -> bytes:
        answer: bytes = super().answers(question, meter)
        return answer[:-1] + bytes([answer[-1] ^ 1])


def test_a_line_that_gives_back_what_is_said_on_it_is_read_all_the_same() -> None:
    async def story() -> None:
        line, intake = modbus_line(Temper.WELL, Temper.DEAD, echo=True), Listening()
        async with polling(settings(line.open(), line.meters), intake) as source:
            await until(lambda: line.meters[0].answers >= 4 and source.counts()["timeouts"] >= 2)
            assert source.counts()["broken"] == 0
        line.close()

    play(story())


def babble(line: Line) -> int:
    """Let somebody on the line speak out of turn; return how often it has happened."""
    line.say(b"\x55\xaa" * 40)
    line.asked += 1
    return line.asked


def test_a_babbling_slave_does_not_keep_the_line() -> None:
    async def story() -> None:
        line, intake = modbus_line(Temper.WELL, Temper.DEAD), Listening()
        async with polling(settings(line.open(), line.meters), intake) as source:
            await until(lambda: line.meters[0].answers >= 2)
            await until(lambda: babble(line) >= 100)
            before = line.meters[0].answers
            await until(lambda: line.meters[0].answers >= before + 3)
            assert source.counts()["stray"] + source.counts()["broken"] > 0
        line.close()

    play(story())


def test_a_port_pulled_out_in_the_middle_of_an_answer_is_lost_once_and_back_once(
    tmp_path: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)

    async def story() -> None:
        line, intake = modbus_line(Temper.WELL, Temper.WELL), Listening()
        plug = tmp_path / "ttyUSB0"
        plug.symlink_to(line.open())
        async with polling(settings(str(plug), line.meters), intake) as source:
            await until(lambda: line.meters[1].answers >= 2)
            line.say(b"\x01\x04\x40")
            plug.unlink()
            line.close()
            await until(lambda: source.counts()["deaf_ms"] > 0)
            assert source.counts()["dead"] == 0, "a lost port is nobody's death"
            plug.symlink_to(line.open())
            before = line.meters[1].answers
            await until(lambda: line.meters[1].answers >= before + 2)
            assert source.counts()["deaf_ms"] == 0
        line.close()
        assert [row for row in links(intake.items) if row[1]] == []

    play(story())
    said = [record.getMessage() for record in caplog.records if "line line" in record.getMessage()]
    assert len(said) == 2
    assert "is lost" in said[0]
    assert "is back" in said[1]


def test_a_port_that_is_not_there_is_weather(tmp_path: Any) -> None:
    async def story() -> None:
        line = modbus_line(Temper.WELL)
        async with polling(settings(str(tmp_path / "nothing"), line.meters), Listening()) as source:
            await until(lambda: source.counts()["deaf_ms"] > 20)
            assert source.counts()["asked"] == 0

    play(story())


def test_two_masters_do_not_share_a_port() -> None:
    async def story() -> None:
        line = modbus_line(Temper.WELL)
        table = settings(line.open(), line.meters)
        first, second = Port(table), Port(table)
        first.open()
        with pytest.raises(LineLost, match="lock"):
            second.open()
        first.close()
        second.open()
        second.close()
        line.close()

    play(story())


def test_what_the_disk_refuses_is_offered_again_and_nothing_is_asked_meanwhile() -> None:
    async def story() -> None:
        full = True
        line = modbus_line(Temper.WELL)
        intake = Listening(lambda _: Outcome.FAILED if full else Outcome.STORED)
        async with polling(settings(line.open(), line.meters), intake) as source:
            source._keeping = Keeping(again_after_s=0.05)
            await until(lambda: source.counts().get("failed", 0) >= 3)
            answers = line.meters[0].answers
            tries = source.counts()["failed"]
            await until(lambda: source.counts()["failed"] >= tries + 3)
            assert line.meters[0].answers == answers, "a line was asked while nothing could be kept"
            full = False
            await until(lambda: line.meters[0].answers >= answers + 3)
        line.close()
        kept = [item for item in intake.items if isinstance(item, Heard) and not item.observed]
        said = {line.tongue.value(index) for index in line.meters[0].said}
        assert len(said - set(indices(list(kept), line.meters[0]))) <= 1

    play(story())


def test_a_lost_link_is_a_row_and_nothing_is_decoded() -> None:
    async def story() -> None:
        line, intake = modbus_line(Temper.DEAD), Listening()
        async with polling(settings(line.open(), line.meters), intake):
            await until(lambda: links(intake.items))
        line.close()
        (item,) = [item for item in intake.heard if item.observed]
        meant = understand(item, REGISTRY)
        assert meant.quarantined is None
        assert [(stream, row.device, row.value) for stream, row in meant.rows] == [
            (Stream.TELEMETRY, "m1", 1)
        ]

    play(story())


def test_the_end_comes_at_once_even_while_an_answer_is_waited_for() -> None:
    async def story() -> None:
        line = modbus_line(Temper.DEAD)
        async with (
            asyncio.timeout(40),
            polling(settings(line.open(), line.meters, timeout_s=50.0), Listening()) as one,
        ):
            await until(lambda: one.counts()["asked"])
        line.close()

    play(story())


def test_a_port_of_pseudo_terminals_is_raw() -> None:
    near, far = os.openpty()
    tty.setraw(far)
    os.write(near, bytes(range(256)))
    assert os.read(far, 300) == bytes(range(256))
    os.close(near)
    os.close(far)


def test_a_line_says_where_it_is() -> None:
    async def story() -> None:
        line: Line = modbus_line()
        assert line.open() == line.path
        line.close()

    play(story())


class LateLine(Line):
    """Its meters answer every third question only after the master has given them up."""

    late_s = 0.25
    said = 0

    def _answer(self, question: Question, meter: Meter) -> None:
        self.said += 1
        if self.said % 3 == 0:
            asyncio.get_running_loop().call_later(self.late_s, super()._answer, question, meter)
        else:
            super()._answer(question, meter)


def test_a_late_answer_is_not_taken_for_the_answer_to_the_next_question() -> None:
    """Voltage and current come in answers of the same shape, and nothing in them says which is which."""
    blocks = [Block(function=Function.INPUT_REGISTERS, start=start, count=2) for start in (0, 6, 12)]
    profile = Profile(
        key="same_shapes",
        title=Words(zh="测试", en="test"),
        heartbeat_s=60,
        silent_after_s=60,
        decode=lambda _: [],
        dialogue=RegisterDialogue(blocks),
    )

    async def story() -> None:
        usual, intake = modbus_line(Temper.WELL), Listening()
        line = LateLine(usual.riser, usual.meters)
        table = settings(line.open(), line.meters, profile.key, every_s=0.3)
        source = BusSource(table, Shelf({profile.key: profile}), clock)
        task = asyncio.create_task(source.run(intake))
        await until(lambda: source.counts()["timeouts"] >= 6 and source.counts()["answered"] >= 12)
        task.cancel()
        await asyncio.wait({task})
        line.close()
        wanted = {0: 231.25, 6: 4.5, 12: 1031.5}
        for reading in (item.reading for item in intake.heard if not item.observed):
            _, start, _, value = struct.unpack(">BHHf", reading.payload)
            assert value == wanted[start]

    play(story())
