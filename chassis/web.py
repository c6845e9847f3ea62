"""Serving an ASGI application inside a program's own task group."""

import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

from chassis.errors import ConfigError


def listen(host: str, port: int, *, table: str) -> socket.socket:
    """Open a listening TCP socket; port 0 takes any free one.

    Raises:
        ConfigError: the address is in use or not ours; names the configuration table to change.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(128)
    except OSError as error:
        sock.close()
        raise ConfigError(
            f"cannot listen on {host}:{port} ({error.strerror}); stop the other program or change table [{table}]"
        ) from error
    sock.setblocking(False)
    return sock


async def serve(app: ASGIApp, sock: socket.socket) -> None:
    """Serve the application on an open socket until cancelled."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        loop="none",
        http="h11",
        ws="none",
        timeout_graceful_shutdown=1,
    )
    await _Server(config).serve(sockets=[sock])


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: the program's task group decides when to end."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
