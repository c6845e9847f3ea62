"""One device's security context: aiocoap's cryptography, with state that survives kill -9."""

import secrets
from pathlib import Path
from typing import Any, Final

from aiocoap import oscore

from edge_agent.sources.oscore.keys import Node
from edge_agent.sources.oscore.state import Kept, keep, read_kept

_WINDOW: Final = 32
_STEP: Final = 100
"""Numbers to send with are reserved on disk this many at a time (RFC 8613, B.1.1)."""


class NodeContext(oscore.CanProtect, oscore.CanUnprotect, oscore.SecurityContextUtils):
    """After a crash the numbers received are unknown: then the device must answer a challenge (Echo) once, and
    whatever was recorded before the crash is refused (RFC 8613, B.1.2)."""

    alg_aead = oscore.algorithms[oscore.DEFAULT_ALGORITHM]  # type: ignore[assignment]  # the default one is AEAD
    hashfun = oscore.hashfunctions[oscore.DEFAULT_HASHFUNCTION]

    def __init__(self, node: Node, folder: Path) -> None:
        """Take up the state in the folder, or begin if there never was any.

        Raises:
            ConfigError: the state cannot be read.
        """
        self.node = node
        self.sender_id, self.recipient_id, self.id_context = node.gateway_id, node.id, node.context
        self.derive_keys(node.salt, node.secret)  # type: ignore[no-untyped-call]
        self.echo_recovery = secrets.token_bytes(8)
        self._path = (
            folder / f"{node.id.hex() or 'empty'}{'-' + node.context.hex() if node.context else ''}.json"
        )
        self._begin(read_kept(self._path))

    def _begin(self, kept: Kept | None) -> None:
        self.sender_sequence_number = 0 if kept is None else kept.next
        self._reserved = self.sender_sequence_number
        self.recipient_replay_window: Any = oscore.ReplayWindow(_WINDOW, self._struck)
        if kept is None:
            self.recipient_replay_window.initialize_empty()
        elif kept.window is not None:
            self.recipient_replay_window.initialize_from_persisted(kept.window)
        self._window_on_disk = kept is None or kept.window is not None

    def post_seqnoincrease(self) -> None:
        """Reserve more numbers before one is used that the disk does not know to be used."""
        if self.sender_sequence_number > self._reserved:
            self._reserved += _STEP
            self._keep()

    def close(self) -> None:
        """Keep everything, so that the next start needs no challenge."""
        self._reserved = self.sender_sequence_number
        self._window_on_disk = self.recipient_replay_window.is_initialized()
        self._keep()

    def _struck(self) -> None:
        """The first number received makes what is on disk out of date; it says so before the request is taken."""
        if self._window_on_disk:
            self._window_on_disk = False
            self._keep()

    def _keep(self) -> None:
        window = self.recipient_replay_window.persist() if self._window_on_disk else None
        keep(self._path, Kept(next=self._reserved, window=window))
