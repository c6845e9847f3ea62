"""A program of ours as a process of its own: started, stopped in order, or killed as a crash would."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from demo.stage.errors import StageError
from wire import Words

_STOP_S: Final = 15.0
_POLL_S: Final = 0.05
_LAST_BYTES: Final = 4000
_ROOT: Final = Path(__file__).resolve().parents[2]


class Program:
    """`lilong WORDS ...` with its log in a file; start it again as often as you like.

    Calls block; the thread that calls `start` must live as long as the program, which is ended with it.
    """

    def __init__(self, name: str, words: Sequence[str], log: Path) -> None:
        """Take note; nothing is started yet."""
        self.name, self.log = name, log
        self._words = words
        self._process: subprocess.Popen[bytes] | None = None
        self.starts = 0

    @property
    def process_id(self) -> int:
        """Its process id, which stays what it was after its end."""
        assert self._process is not None, f"{self.name} was never started"
        return self._process.pid

    @property
    def status(self) -> int | None:
        """Its exit status, None while it runs or was never started."""
        return None if self._process is None else self._process.poll()

    @property
    def running(self) -> bool:
        """Whether it lives."""
        return self._process is not None and self._process.poll() is None

    def start(self, environment: Mapping[str, str] | None = None) -> None:
        """Start it; `environment` is added to ours."""
        self.starts += 1
        command = [*_leash(), sys.executable, "-m", "lilong", *self._words]
        ours = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        path = os.pathsep.join(filter(None, (str(_ROOT), ours.get("PYTHONPATH", ""))))
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=ours | {"PYTHONPATH": path} | dict(environment or {}),
                process_group=0,  # Ctrl-C is for us, who then stop everything in order
            )

    def wait_until(self, ready: Callable[[], bool], within_s: float) -> None:
        """Wait until `ready` says so.

        Raises:
            StageError: the program ended, or was not ready in time; shows the end of its log.
        """
        deadline = time.monotonic() + within_s
        while not ready():
            if not self.running:
                raise self._trouble(f"以状态 {self.status} 结束", f"ended with status {self.status}")
            if time.monotonic() > deadline:
                raise self._trouble(
                    f"{within_s:.0f} 秒内未就绪", f"was not ready within {within_s:.0f} seconds"
                )
            time.sleep(_POLL_S)

    def wait(self, within_s: float) -> int:
        """Wait for its end and return its exit status.

        Raises:
            StageError: it runs on.
        """
        assert self._process is not None
        try:
            return self._process.wait(within_s)
        except subprocess.TimeoutExpired as error:
            raise self._trouble(
                f"{within_s:.0f} 秒内未结束", f"did not end within {within_s:.0f} seconds"
            ) from error

    def stop(self) -> int | None:
        """Ask it to end and return its exit status; one that does not end is killed. None if it never ran."""
        if self._process is None:
            return None
        if self.running:
            self._process.terminate()
            try:
                return self._process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
        return self._process.wait()

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def last_words(self) -> str:
        """Return the end of its log."""
        if not self.log.exists():
            return ""
        return self.log.read_bytes()[-_LAST_BYTES:].decode(errors="replace").strip()

    def _trouble(self, zh: str, en: str) -> StageError:
        shown = "\n".join(self.last_words().splitlines()[-12:])
        return StageError(
            Words(
                zh=f"{self.name} {zh};日志 {self.log} 的末尾:\n{shown}",
                en=f"{self.name} {en}; its log {self.log} ends:\n{shown}",
            )
        )


def _leash() -> list[str]:
    """Words before a command that let the kernel end it when we end, however that happens."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig=TERM", "--"] if setpriv else []
