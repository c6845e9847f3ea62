"""How a device is asked: a CoAP request to where it is, plain or protected."""

from collections.abc import Hashable
from typing import Any, Protocol


class Asked(Protocol):
    """A request under way; `response` and `observation` are as aiocoap has them."""

    response: Any
    observation: Any

    def end(self) -> None:
        """Let go of it, at any time and once more."""
        ...


class Line(Protocol):
    """Where questions go."""

    def ask(self, peer: Hashable, message: Any) -> Asked:
        """Send a request and return it under way."""
        ...


class PlainLine:
    """Asks a device from the port that it knows, so that the answer finds its way through address translation."""

    def __init__(self, context: Any) -> None:
        """Take the server's own context."""
        self._context = context

    def ask(self, peer: Hashable, message: Any) -> "PlainAsked":
        """Send a request and return it under way."""
        message.remote = peer
        return PlainAsked(self._context, message)


class PlainAsked:
    """One request of the library's, which is really forgotten when it ends.

    Of a cancelled observation the library lets go only when another notification comes (its issue 92). From a device
    that is gone none will come, and one that is still there must learn by Reset that nobody listens any more.
    """

    def __init__(self, context: Any, message: Any) -> None:
        """Send it."""
        self._requests = context.request_interfaces[0].outgoing_requests
        self._mark = (
            message.transport_tuning
        )  # the library's copies of a message share it, and no other message does
        self._request = context.request(message)
        self.response, self.observation = self._request.response, self._request.observation

    def end(self) -> None:
        """Let go of it."""
        if not self.response.done():
            self.response.cancel()
        if self.observation is not None and not self.observation.cancelled:
            self.observation.cancel()
        mine = [key for key, pipe in self._requests.items() if pipe.request.transport_tuning is self._mark]
        for key in mine:
            del self._requests[key]
