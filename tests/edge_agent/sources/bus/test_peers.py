"""Strangers on the line: mbpoll and pymodbus, which know nothing of us, and socat as a serial-to-TCP converter."""

import asyncio
import os
import re
import shutil
import struct
import subprocess
import tty
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
import serial
from pymodbus.server import ModbusSerialServer, ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice
from serial.rfc2217 import PortManager

from demo.estate.wired import Line, Meter, Temper
from edge_agent.pipeline import Registry
from edge_agent.pipeline.understand import understand
from tests.brokers import free_port
from tests.edge_agent.sources.bus.lines import SHELF, TONGUE, modbus_line, polling, settings
from tests.edge_agent.sources.listening import Listening
from tests.until import until
from wire import DeviceId

REGISTRY = Registry(profiles={key: SHELF.profile(key) for key in SHELF.keys()}, devices={})  # noqa: SIM118
VALUES = {
    0x00: 229.5,
    0x06: 2.25,
    0x0C: 510.0,
    0x12: 516.5,
    0x18: 80.5,
    0x1E: 0.5,
    0x46: 49.75,
    0x48: 4711.5,
    0x4A: 1.5,
}


def play(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(story, 60))


def stranger(unit: int) -> SimDevice:
    """An SDM120 as pymodbus has it."""
    image = [0] * 96
    for register, value in VALUES.items():
        image[register : register + 2] = struct.unpack(">HH", struct.pack(">f", value))
    return SimDevice(unit, simdata=[SimData(0, values=image, datatype=DataType.REGISTERS)])


def told(intake: Listening) -> dict[str, object]:
    """What the gateway makes of what was heard."""
    understood = [understand(item, REGISTRY) for item in intake.items]
    assert [one.quarantined for one in understood] == [None] * len(understood)
    return {row.property: row.value for one in understood for _, row in one.rows}


WANTED = {
    "electricity.voltage_a": 229.5,
    "electricity.current_a": 2.25,
    "electricity.power": 510.0,
    "electricity.power_apparent": 516.5,
    "electricity.power_reactive": 80.5,
    "electricity.power_factor": 0.5,
    "electricity.frequency": 49.75,
    "electricity.index": 4711.5,
    "electricity.index_export": 1.5,
    "device.link_lost": 0,
}


class Wire:
    """Two pseudo-terminals joined: what is said into the one is heard at the other."""

    def __init__(self) -> None:
        self._ends = [os.openpty(), os.openpty()]
        for _, far in self._ends:
            tty.setraw(far)
        self.ports = [os.ttyname(far) for _, far in self._ends]
        loop = asyncio.get_running_loop()
        for (here, _), (there, _) in (self._ends, self._ends[::-1]):
            loop.add_reader(here, self._carry, here, there)

    @staticmethod
    def _carry(here: int, there: int) -> None:
        os.write(there, os.read(here, 4096))

    def close(self) -> None:
        for near, far in self._ends:
            asyncio.get_running_loop().remove_reader(near)
            os.close(near)
            os.close(far)


def meters(*units: int) -> list[Meter]:
    return [Meter(DeviceId(f"m{unit}"), str(unit), unit) for unit in units]


def test_our_master_reads_pymodbus_over_a_serial_line() -> None:
    async def story() -> None:
        wire, intake = Wire(), Listening()
        server = ModbusSerialServer([stranger(3)], port=wire.ports[0], baudrate=115_200)
        await server.serve_forever(background=True)
        async with polling(settings(wire.ports[1], meters(3)), intake) as source:
            await until(lambda: source.counts()["answered"] >= 4)
        await server.shutdown()  # type: ignore[no-untyped-call]  # pymodbus
        wire.close()
        assert told(intake) == WANTED

    play(story())


@asynccontextmanager
async def pymodbus_tcp() -> AsyncIterator[int]:
    port = free_port()
    server = ModbusTcpServer([stranger(3)], address=("127.0.0.1", port))
    await server.serve_forever(background=True)
    try:
        yield port
    finally:
        await server.shutdown()  # type: ignore[no-untyped-call]  # pymodbus


def test_our_master_reads_pymodbus_over_tcp() -> None:
    async def story() -> None:
        intake = Listening()
        async with pymodbus_tcp() as port:
            table = settings(f"modbus-tcp://127.0.0.1:{port}", meters(3))
            async with polling(table, intake) as source:
                await until(lambda: source.counts()["answered"] >= 4)
        assert told(intake) == WANTED

    play(story())


def test_a_tcp_server_that_goes_and_comes_back_is_weather() -> None:
    async def story() -> None:
        intake, port = Listening(), free_port()
        table = settings(f"modbus-tcp://127.0.0.1:{port}", meters(3))
        async with polling(table, intake) as source:
            for _ in range(2):
                server = ModbusTcpServer([stranger(3)], address=("127.0.0.1", port))
                await server.serve_forever(background=True)
                before = source.counts()["answered"]
                await until(lambda before=before: source.counts()["answered"] >= before + 4)  # type: ignore[misc]
                await server.shutdown()  # type: ignore[no-untyped-call]  # pymodbus
                await until(lambda: source.counts()["deaf_ms"] > 0)
        assert told(intake) == WANTED

    play(story())


def polled_by_mbpoll(*words: str) -> list[float]:
    program = shutil.which("mbpoll")
    if program is None:
        pytest.skip("mbpoll is not installed (apt-get install mbpoll)")
    done = subprocess.run([program, *words], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return [float(value) for value in re.findall(r"^\[\d+\]:\s*(\S+)$", done.stdout, re.MULTILINE)]


def test_mbpoll_reads_our_meters() -> None:
    async def story() -> None:
        line = modbus_line(Temper.WELL, Temper.WELL, Temper.DEAD)
        port = line.open()
        words = ["-m", "rtu", "-a", "2", "-0", "-t", "3:float", "-B", "-b", "9600", "-P", "none", "-1"]
        mains = await asyncio.to_thread(polled_by_mbpoll, *words, "-r", "0", "-c", "1", port)
        energy = await asyncio.to_thread(polled_by_mbpoll, *words, "-r", "72", "-c", "2", port)
        line.close()
        assert mains == [231.25]
        (index,) = line.meters[1].said
        assert energy == [pytest.approx(index / 100, rel=1e-5), 12.5]

    play(story())


@asynccontextmanager
async def converter(line: Line) -> AsyncIterator[int]:
    """A serial-to-TCP converter as socat makes one."""
    if shutil.which("socat") is None:
        pytest.skip("socat is not installed (apt-get install socat)")
    port = free_port()
    listen = f"TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr,fork"
    process = await asyncio.create_subprocess_exec("socat", listen, f"FILE:{line.open()},raw,echo=0")
    try:
        yield port
    finally:
        process.terminate()
        await process.wait()
        line.close()


def test_a_line_behind_a_serial_to_tcp_converter_is_read() -> None:
    async def story() -> None:
        line, intake = modbus_line(Temper.WELL, Temper.DEAD), Listening()
        async with converter(line) as port:
            table = settings(f"socket://127.0.0.1:{port}", line.meters)
            async with polling(table, intake) as source:
                await until(lambda: source.counts()["answered"] >= 6 and source.counts()["dead"] == 1)
        said = {TONGUE.value(index) for index in line.meters[0].said}
        assert told(intake)["electricity.index"] in said

    play(story())


class NoModem(serial.Serial):
    """A pseudo-terminal as a port: it has none of a modem's wires."""

    cts = dsr = ri = cd = False

    def _update_rts_state(self) -> None:
        pass

    def _update_dtr_state(self) -> None:
        pass


class Rfc2217:
    """A serial-to-TCP converter that also takes speed and parity (RFC 2217), as pySerial's own server does."""

    def __init__(self, port: str) -> None:
        self._port = NoModem(port, timeout=0)
        self.left = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        manager = PortManager(self._port, writer)  # type: ignore[arg-type]  # any port, anything to write to
        loop = asyncio.get_running_loop()
        loop.add_reader(
            self._port.fileno(), lambda: writer.write(b"".join(manager.escape(self._port.read(4096))))
        )
        while octets := await reader.read(4096):
            self._port.write(b"".join(manager.filter(octets)))
        loop.remove_reader(self._port.fileno())
        writer.close()
        await writer.wait_closed()
        self.left.set()

    async def close(self) -> None:
        await self.left.wait()
        self._port.close()


@pytest.mark.filterwarnings("ignore:set.* is deprecated:DeprecationWarning")  # pySerial's own reader thread
def test_a_line_behind_a_converter_of_rfc_2217_is_read_at_its_own_speed() -> None:
    async def story() -> None:
        line, intake = modbus_line(Temper.WELL), Listening()
        converter = Rfc2217(line.open())
        server = await asyncio.start_server(converter.serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        table = settings(f"rfc2217://127.0.0.1:{port}", line.meters, baud=38_400)
        async with polling(table, intake) as source:
            await until(lambda: source.counts()["answered"] >= 6)
            assert converter._port.baudrate == 38_400
        server.close()
        await converter.close()
        await server.wait_closed()
        line.close()

    play(story())


def test_a_converter_that_hangs_up_at_once_is_lost_once(caplog: pytest.LogCaptureFixture) -> None:
    hung_up = 0

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal hung_up
        hung_up += 1
        writer.close()
        await writer.wait_closed()

    async def story() -> None:
        server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with polling(settings(f"socket://127.0.0.1:{port}", meters(1)), Listening()) as source:
            await until(lambda: hung_up >= 3)
            assert source.counts()["deaf_ms"] > 0
        server.close()
        await server.wait_closed()

    play(story())
    assert len([record for record in caplog.records if "is lost" in record.getMessage()]) == 1
    assert [record for record in caplog.records if "is back" in record.getMessage()] == []
