"""The file that says which device shares which key with the gateway."""

import stat
from pathlib import Path
from typing import Final

from msgspec import Struct

from chassis import ConfigError, Text, read_config
from device_profiles import DecodeError, check_device, from_hex
from wire import DeviceId

_LEAST_SECRET: Final = 16
_LONGEST_ID: Final = 7
"""AES-CCM-16-64-128 has a nonce of 13 bytes, 6 of which are not the id's (RFC 8613, 5.2)."""


class Node(Struct, frozen=True, kw_only=True):
    """One device: its id, the gateway's id towards it, the master secret and salt, and maybe an ID context."""

    device: DeviceId
    id: bytes
    gateway_id: bytes
    secret: bytes
    salt: bytes
    context: bytes | None

    def __repr__(self) -> str:
        """Say whose key it is, and nothing of the key."""
        return f"Node({self.device!r}, id {self.id.hex()})"


class NodeEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table [[nodes]]; everything but `device` in hexadecimal."""

    device: Text
    id: str
    secret: Text
    gateway_id: str = ""
    salt: str = ""
    context: str | None = None


class _File(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    nodes: tuple[NodeEntry, ...]


def read_nodes(path: Path) -> list[Node]:
    """Return the devices of a key file.

    Raises:
        ConfigError: it is missing, others than its owner may read it, or an entry is wrong; never shows a key.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError as error:
        raise ConfigError(f"{path}: expected a file with keys ({error.strerror})") from error
    if mode & 0o077:
        raise ConfigError(
            f"{path}: expected a file that its owner alone can read, got mode {mode:04o}; chmod 600"
        )
    nodes = [
        _node(entry, f"{path}: table [[nodes]], {entry.device!r}") for entry in read_config(path, _File).nodes
    ]
    for what, of in (
        ("device", [node.device for node in nodes]),
        ("id", [(node.id, node.context) for node in nodes]),
    ):
        if len(set(of)) != len(of):
            raise ConfigError(f"{path}: expected each {what} once")
    return nodes


def _node(entry: NodeEntry, where: str) -> Node:
    try:
        node = Node(
            device=check_device(entry.device),
            id=from_hex(entry.id),
            gateway_id=from_hex(entry.gateway_id),
            secret=_secret(entry.secret),
            salt=from_hex(entry.salt),
            context=None if entry.context is None else from_hex(entry.context),
        )
    except DecodeError as error:
        raise ConfigError(f"{where}: {error}") from error
    if node.id == node.gateway_id or max(len(node.id), len(node.gateway_id)) > _LONGEST_ID:
        raise ConfigError(
            f"{where}: expected id and gateway_id to differ, each of at most {_LONGEST_ID} bytes"
        )
    if len(node.secret) < _LEAST_SECRET:
        raise ConfigError(
            f"{where}: expected a secret of at least {_LEAST_SECRET} bytes, got {len(node.secret)}"
        )
    return node


def _secret(text: str) -> bytes:
    """Undo hexadecimal without ever showing what it was."""
    try:
        return from_hex(text)
    except DecodeError:
        raise DecodeError("expected the secret in hexadecimal digits") from None
