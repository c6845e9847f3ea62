"""A real MQTT broker on this machine alone, in a process that can be killed and started again."""

import socket
import subprocess
import sys
import time
from types import TracebackType
from typing import Final, Self

from demo.engines.errors import EngineError

HOST: Final = "127.0.0.1"
_START_S: Final = 10.0
_STOP_S: Final = 5.0
_POLL_S: Final = 0.02


class Broker:
    """An MQTT 3.1.1 broker (rumqttd) on a port of 127.0.0.1; it keeps everything in memory and ends with us.

    Calls block, `start` for about a tenth of a second; in an event loop make them in a thread.
    """

    def __init__(self, port: int = 0) -> None:
        """Choose the port, 0 for a free one; nothing is started yet. The port stays the same over restarts."""
        self.port = port or _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """Whether the broker's process is alive."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the broker and wait until it takes connections.

        Raises EngineError: the port is in use, or the broker ended at once.
        """
        if self.running:
            return
        _check_free(self.port)
        command = [
            sys.executable,
            "-m",
            "demo.engines.broker_process",
            "--port",
            str(self.port),
            "--lifeline",
        ]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, process_group=0)
        self._wait_until_it_answers(self._process)

    def stop(self) -> None:
        """Stop the broker and release the port."""
        if self._process is not None:
            self._process.terminate()
        self._bury()

    def kill(self) -> None:
        """Kill the broker as a crash would: retained messages, sessions and undelivered messages are gone."""
        if self._process is not None:
            self._process.kill()
        self._bury()

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def _bury(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _wait_until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _START_S
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise EngineError(f"the MQTT broker ended at once with exit status {process.returncode}")
            if _answers(self.port):
                return
            time.sleep(_POLL_S)
        self.kill()
        raise EngineError(f"the MQTT broker did not take connections within {_START_S:.0f} seconds")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as fault:
            raise EngineError(
                f"cannot listen on {HOST}:{port} ({fault.strerror}): "
                "end the program that uses it, or choose another port"
            ) from fault


def _answers(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=0.2).close()
    except OSError:
        return False
    return True
