"""A screen server in a process of its own, that tests freeze, kill and start again."""

import asyncio
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import msgspec
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chassis import BoardHub, listen, screen_routes, serve
from wire import Board

_ROOT = Path(__file__).resolve().parents[2]


def chromium() -> str:
    """Find Chromium, or skip the test that wants it."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no chromium on PATH; Debian and Ubuntu have it as a package")
    return found


class ScreenServer:
    """Starts and stops the server process; its port stays the same."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.origin = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._board: Board | None = None
        self._seq = 0

    def start(self) -> None:
        """Start the server and give it the board that was put last."""
        arguments = [sys.executable, "-m", "tests.screens.serving", str(self.port)]
        self._process = subprocess.Popen(arguments, cwd=_ROOT)
        deadline = time.monotonic() + 20
        while not self._answers():
            assert time.monotonic() < deadline, "the server did not start within 20 s"
            time.sleep(0.02)
        if self._board is not None:
            self.put_as_is(self._board)

    def kill(self) -> None:
        """Kill the server, frozen or not."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    def freeze(self) -> None:
        """Stop the process without closing anything: it accepts connections and says nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen process go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def put(self, board: Board) -> int:
        """Show a board under the next number, and return that number."""
        self._seq += 1
        self.put_as_is(msgspec.structs.replace(board, seq=self._seq))
        return self._seq

    def put_as_is(self, board: Board) -> None:
        """Show a board under its own number."""
        self._board = board
        self._ask("/test/board", msgspec.json.encode(board))

    def rendered(self) -> dict[str, dict[str, str | int]]:
        """What each screen said it shows."""
        return msgspec.json.decode(self._ask("/test/rendered"), type=dict[str, dict[str, str | int]])

    def _answers(self) -> bool:
        try:
            self._ask("/test/rendered")
        except httpx2.TransportError:
            return False
        return True

    def _ask(self, path: str, body: bytes | None = None) -> bytes:
        answer = httpx2.request("GET" if body is None else "POST", self.origin + path, content=body)
        answer.raise_for_status()
        return answer.content


def _application() -> Starlette:
    hub = BoardHub()

    async def put(request: Request) -> Response:
        hub.put(msgspec.json.decode(await request.body(), type=Board))
        return Response()

    async def rendered(_: Request) -> Response:
        said = {screen: said for (_, screen), said in hub.rendered.items()}
        return Response(msgspec.json.encode(said))

    own = [Route("/test/board", put, methods=["POST"]), Route("/test/rendered", rendered)]
    return Starlette(routes=[*screen_routes(hub), *own])


if __name__ == "__main__":
    asyncio.run(serve(_application(), listen("127.0.0.1", int(sys.argv[1]), table="test")))
