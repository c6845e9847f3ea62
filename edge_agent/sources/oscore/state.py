"""What of a security context must survive a crash, in one small file a device."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct

from chassis import ConfigError
from edge_agent.sources.oscore.keys import Node

_OWNER_ONLY: Final = 0o600


class Kept(Struct, frozen=True, kw_only=True):
    """The next number to send with, and the window of numbers received; None while the window lives in memory only."""

    next: int = 0
    window: dict[str, Any] | None = None


def state_file(folder: Path, node: Node) -> Path:
    """Return where a device's state lies."""
    context = f"-{node.context.hex()}" if node.context else ""
    return folder / f"{node.id.hex() or 'empty'}{context}.json"


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, which the kernel lets go of when we die.

    Raises:
        ConfigError: somebody else holds it.
    """
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, _OWNER_ONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise ConfigError(
            f"{folder}: expected that no other agent uses this OSCORE state; stop the other one"
        ) from error
    try:
        yield
    finally:
        os.close(descriptor)


def read_kept(path: Path) -> Kept | None:
    """Return what was kept, None if nothing ever was.

    Raises:
        ConfigError: the file is not ours; going on would repeat numbers, which would give the key away.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Kept)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        raise ConfigError(
            f"{path}: expected the state of an OSCORE device ({error}); give it a new secret and remove the file"
        ) from error


def keep(path: Path, kept: Kept) -> None:
    """Write durably: after this returns, not even a power cut brings the old state back."""
    new = path.with_suffix(".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
    try:
        os.write(descriptor, msgspec.json.encode(kept))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    new.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
