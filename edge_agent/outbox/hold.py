"""The lock that keeps a second process out of an outbox."""

import fcntl
import os
from pathlib import Path

from edge_agent.outbox.errors import NotKeptError, OutboxInUseError


class Hold:
    """Held from the moment it is made until `release` or the end of the process, however it ends."""

    def __init__(self, path: Path) -> None:
        """Take the lock file at `path`.

        Raises:
            OutboxInUseError: another process holds it.
            NotKeptError: it cannot be made.
        """
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        except OSError as error:
            raise NotKeptError(f"{path}: cannot be made ({error}); check the folder and its mount") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            owner = os.pread(self._file, 20, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(self._file)
            raise OutboxInUseError(
                f"{path.with_suffix('')} is in use by process {owner}; stop that agent first"
            ) from error
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let others in."""
        os.close(self._file)
