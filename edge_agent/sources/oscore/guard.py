"""Stands before the server's resources: opens protected requests, refuses replays and wrong keys with a reason."""

import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import aiocoap
from aiocoap import error as coap_error
from aiocoap import oscore
from aiocoap.numbers import codes
from aiocoap.numbers.types import CON

from edge_agent.sources.oscore.context import NodeContext
from edge_agent.sources.oscore.keys import Node
from edge_agent.sources.oscore.peer import ProtectedPeer
from edge_agent.sources.oscore.state import held, read_kept, state_file

_STATE_MODE: Final = 0o700
Named = tuple[bytes | None, bytes | None]
"""By what a request says whose key it is under: the sender's id, and maybe an ID context."""


class Guard:
    """A site for aiocoap; `require` refuses what is not protected."""

    def __init__(self, nodes: Sequence[Node], state: Path, *, require: bool) -> None:
        """Take note; the state is taken up by `open`.

        Raises:
            ConfigError: a state cannot be read.
        """
        self._nodes, self._state, self._require = nodes, state, require
        self._contexts: Mapping[Named, NodeContext] = {}
        self.counts: Counter[str] = Counter()
        for node in nodes:
            read_kept(state_file(state, node))

    @contextlib.contextmanager
    def open(self) -> Iterator[None]:
        """Hold the state of every device until the block ends, and keep it then.

        Raises:
            ConfigError: another agent holds it, or it cannot be read.
        """
        self._state.mkdir(mode=_STATE_MODE, parents=True, exist_ok=True)
        with held(self._state):  # numbers that two programs count give the keys away
            self._contexts = {(node.id, node.context): NodeContext(node, self._state) for node in self._nodes}
            try:
                yield
            finally:
                for context in self._contexts.values():
                    context.close()

    def stand_before(self, render: Callable[[Any], Awaitable[Any]], plain: Any) -> "GuardedSite":
        """Return the site: protected requests go to `render`, plain ones, where they may come, to the site `plain`."""
        return GuardedSite(self, render, plain)

    def opened(self, request: Any) -> tuple[Any, Any, NodeContext] | Any | None:
        """Return the request that was protected, what its answer must refer to, and its context.

        Or return the answer that it gets instead; or None where it is not protected and may come so.
        """
        try:
            named = oscore.verify_start(request)
        except oscore.NotAProtectedMessage:
            return (
                self._refused("unprotected", codes.UNAUTHORIZED, "expected OSCORE") if self._require else None
            )
        except oscore.DecodeError:
            return self._refused("malformed", codes.BAD_OPTION, "Failed to decode COSE")
        context = self._contexts.get((named.get(oscore.COSE_KID), named.get(oscore.COSE_KID_CONTEXT)))
        if context is None:
            return self._refused("unknown_key", codes.UNAUTHORIZED, "Security context not found")
        return self._unprotected(request, context)

    def _unprotected(self, request: Any, context: NodeContext) -> Any:
        try:
            unprotected, request_id = context.unprotect(request)  # type: ignore[no-untyped-call]
        except oscore.ReplayErrorWithEcho as error:
            self.counts["oscore_challenged"] += 1
            return error.to_message()
        except oscore.ReplayError:
            return self._refused("replayed", codes.UNAUTHORIZED, "Replay detected")
        except oscore.DecodeError:
            return self._refused("malformed", codes.BAD_OPTION, "Failed to decode COSE")
        except (oscore.ProtectionInvalid, coap_error.Error):
            return self._refused("wrong_key", codes.BAD_REQUEST, "Decryption failed")
        unprotected.remote = ProtectedPeer(request.remote, context)
        self.counts["oscore_opened"] += 1
        return unprotected, request_id, context

    def _refused(self, why: str, code: Any, text: str) -> Any:
        """Answer without protection and without caching, as RFC 8613, 8.2, has it."""
        self.counts[f"oscore_{why}"] += 1
        return aiocoap.Message(code=code, payload=text.encode(), max_age=0)


class GuardedSite:
    """What aiocoap hands requests to."""

    def __init__(self, guard: Guard, render: Callable[[Any], Awaitable[Any]], plain: Any) -> None:
        """Take the guard and what stands behind it."""
        self._guard, self._render, self._plain = guard, render, plain

    async def render_to_pipe(self, pipe: Any) -> None:
        """Answer one request."""
        request = pipe.request
        opened = self._guard.opened(request)
        if opened is None:
            await self._plain.render_to_pipe(pipe)
        elif isinstance(opened, tuple):
            unprotected, request_id, context = opened
            unprotected.mid, unprotected.token = request.mid, request.token
            answer = await self._render(unprotected)
            protected, _ = context.protect(answer, request_id)
            protected.opt.no_response = answer.opt.no_response
            pipe.add_response(protected, is_last=True)
        elif request.mtype == CON:
            pipe.add_response(opened, is_last=True)
