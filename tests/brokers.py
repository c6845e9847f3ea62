"""Real MQTT brokers that tests start on loopback, kill and start again."""

import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Protocol

import iotcore
import pytest

BROKERS = ("iotcore", "mosquitto")


class LocalBroker(Protocol):
    """A broker of our own on one loopback port."""

    port: int

    def start(self) -> None:
        """Start it and wait until it accepts connections."""

    def kill(self) -> None:
        """End it as a power cut would."""


def free_port() -> int:
    """A TCP port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def local_broker(kind: str, folder: Path) -> LocalBroker:
    """A broker of this kind that has not started; skips the test where it is not installed."""
    return Iotcore() if kind == "iotcore" else Mosquitto(folder)


class Iotcore:
    """The broker out of a wheel that the demo uses."""

    def __init__(self) -> None:
        self.port = free_port()
        self._broker: iotcore.Broker | None = None

    def start(self) -> None:
        self._broker = iotcore.Broker(port=self.port, listen="127.0.0.1")
        self._broker.start()

    def kill(self) -> None:
        if self._broker is not None and (process := self._broker._process) is not None:
            process.kill()
            process.wait()
            self._broker.stop()
        self._broker = None


class Mosquitto:
    """Debian's broker, with the settings given as lines of its configuration file."""

    def __init__(self, folder: Path, *lines: str) -> None:
        program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
        if program is None:
            pytest.skip("mosquitto is not installed (apt-get install mosquitto mosquitto-clients)")
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._config = folder / f"mosquitto-{self.port}.conf"
        wanted = [
            "persistence false",
            "set_tcp_nodelay true",
            "user root",
            *(lines or ("allow_anonymous true",)),
        ]
        if "protocol websockets" in lines:  # 2.0.11 does not start with WebSocket listeners alone
            wanted.insert(0, f"listener {free_port()} 127.0.0.1")
        wanted.insert(-len(lines) or -1, f"listener {self.port} 127.0.0.1")
        self._config.write_text("\n".join((*wanted, "")))
        self._program = program

    def start(self) -> None:
        self._process = subprocess.Popen([self._program, "-c", str(self._config)], stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with socket.socket() as sock:
                if sock.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            assert self._process.poll() is None, f"mosquitto ended with {self._process.returncode}"
            time.sleep(0.02)
        pytest.fail("mosquitto does not listen after 10 s")

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = None
