"""Asks a device under its key: requests out, answers and notifications in, all protected."""

import asyncio
from collections.abc import AsyncIterator, Hashable
from typing import Any

from aiocoap import error as coap_error
from aiocoap import oscore

from edge_agent.sources.lwm2m import Asked, Line
from edge_agent.sources.oscore.peer import ProtectedPeer


class ProtectedLine:
    """A `Line` that protects what goes to a device with a key and leaves the rest to the plain line."""

    def __init__(self, plain: Line) -> None:
        """Take the line that carries what is protected."""
        self._plain = plain

    def ask(self, peer: Hashable, message: Any) -> Asked:
        """Send a request and return it under way."""
        if not isinstance(peer, ProtectedPeer):
            return self._plain.ask(peer, message)
        outer, request_id = peer.context.protect(message)  # type: ignore[no-untyped-call]
        return _Asked(self._plain.ask(peer.plain, outer), peer, request_id)


class _Asked:
    """A protected request under way, in the shape that aiocoap gives a plain one."""

    def __init__(self, outer: Asked, peer: ProtectedPeer, request_id: Any) -> None:
        self._outer, self._peer, self._request_id = outer, peer, request_id
        self.response = asyncio.get_running_loop().create_task(self._answer(), name=f"oscore {peer.device}")
        self.observation = None if outer.observation is None else _Observed(outer.observation, self._opened)

    async def _answer(self) -> Any:
        return self._opened(await self._outer.response)

    def end(self) -> None:
        """Let go of it."""
        self.response.cancel()
        self._outer.end()

    def _opened(self, answer: Any) -> Any:
        try:
            return self._peer.context.unprotect(answer, self._request_id)[0]  # type: ignore[no-untyped-call]
        except oscore.NotAProtectedMessage as error:
            raise coap_error.Error(f"{self._peer.device} answered without protection") from error


class _Observed:
    """Notifications, opened; one that is not newer than the last is a replay and passed over (RFC 8613, 7.4.1)."""

    def __init__(self, outer: Any, opened: Any) -> None:
        self._outer, self._open = outer, opened

    async def __aiter__(self) -> AsyncIterator[Any]:
        newest = -1
        async for notification in self._outer:
            opened = self._open(notification)
            number = opened.opt.observe
            if number is None or number > newest:
                newest = newest if number is None else number
                yield opened
