"""Counts the answers of the API by their status, for the metrics page."""

from collections import Counter
from collections.abc import Iterator

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import Metric, labelled


class Answered:
    """How many answers were given, by status."""

    def __init__(self) -> None:
        """Start with none."""
        self._statuses: Counter[str] = Counter()

    def note(self, status: int) -> None:
        """Count an answer."""
        self._statuses[str(status)] += 1

    def metrics(self) -> Iterator[Metric]:
        """Give the counts."""
        if self._statuses:
            yield labelled("lilong_api_answers", "HTTP answers", "status", self._statuses, counter=True)


class CountAnswers:
    """ASGI middleware that notes the status of each answer."""

    def __init__(self, app: ASGIApp, answered: Answered) -> None:
        """Wrap an application."""
        self._app = app
        self._answered = answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and note the answer's status."""

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._answered.note(message["status"])
            await send(message)

        await self._app(scope, receive, noting)
