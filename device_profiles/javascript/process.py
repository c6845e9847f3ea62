"""One worker process as its parent sees it: ask, wait for no longer than allowed, end."""

import contextlib
import signal
import socket
import subprocess
import sys
import time
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from device_profiles.errors import ProfileError
from device_profiles.javascript.worker import BUILT_IN_S, LENGTH

_WORKER: Final = Path(__file__).with_name("worker.py")
_MOST_BYTES: Final = 2_000_000
"""The longest answer that is taken."""
_END_S: Final = 5.0


class GoneError(Exception):
    """The worker did not answer and is no more; says why."""


class WorkerProcess:
    """A running worker; not for two threads at once."""

    def __init__(self) -> None:
        """Start it.

        Raises:
            ProfileError: the engine is not installed, or the process cannot be started.
        """
        ours, theirs = socket.socketpair()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-B", str(_WORKER), engine_folder()],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={"TZ": "UTC", "LC_ALL": "C.UTF-8"},
                cwd="/",
                start_new_session=True,
            )
        except OSError as error:
            ours.close()
            raise ProfileError(f"the process for JavaScript codecs cannot be started: {error}") from error
        finally:
            theirs.close()
        self._pipe = ours
        self.pid = self._process.pid

    def ask(self, request: bytes, within_s: float) -> str:
        """Return the answer to a request.

        Raises:
            GoneError: it did not answer in time, or it ended; it is gone then.
        """
        until = time.monotonic() + within_s
        try:
            self._pipe.settimeout(within_s)
            self._pipe.sendall(LENGTH.pack(len(request)) + request)
            (size,) = LENGTH.unpack(self._exactly(LENGTH.size, until))
            if size > _MOST_BYTES:
                raise self._gone(f"answered with {size} bytes")
            return self._exactly(size, until).decode("utf-8", "replace")
        except TimeoutError as error:
            raise self._gone(f"gave no answer within {within_s:g} s") from error
        except OSError as error:
            raise self._gone("") from error

    def end(self) -> None:
        """End it at once."""
        self._pipe.close()
        with contextlib.suppress(OSError):
            self._process.kill()
        self._status()

    def _gone(self, reason: str) -> GoneError:
        if not reason:
            reason = _ending(self._status())
        self.end()
        return GoneError(reason)

    def _status(self) -> int | None:
        """Return the exit status once it has ended."""
        try:
            return self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            return None

    def _exactly(self, size: int, until: float) -> bytes:
        octets = b""
        while len(octets) < size:
            self._pipe.settimeout(max(until - time.monotonic(), 0.0001))
            piece = self._pipe.recv(size - len(octets))
            if not piece:
                raise ConnectionResetError
            octets += piece
        return octets


@cache
def engine_folder() -> str:
    """Return where the engine lies, without importing it into this process.

    Raises:
        ProfileError: it is not installed.
    """
    found = find_spec("_quickjs")
    if found is None or found.origin is None:
        raise ProfileError("JavaScript codecs need the package quickjs-ng; run: pip install 'lilong[edge]'")
    return str(Path(found.origin).parent)


def _ending(status: int | None) -> str:
    if status == -signal.SIGPROF:
        return f"used more than {BUILT_IN_S:g} s of processor time inside one built-in function"
    if status is not None and status < 0:
        return f"ended the engine by signal {-status}"
    return f"ended the engine (status {status})"
