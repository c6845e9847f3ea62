"""The application: every address that the cloud answers."""

from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chassis import BoardHub, Metric, metrics_page, screen_routes
from cloud_ingest.api.aggregates import AGGREGATES
from cloud_ingest.api.answers import answer
from cloud_ingest.api.areas import AREAS
from cloud_ingest.api.assets import ASSETS
from cloud_ingest.api.catalogue import METRICS
from cloud_ingest.api.counting import Answered, CountAnswers
from cloud_ingest.api.cursors import CursorSeal
from cloud_ingest.api.desk import Database, Desk
from cloud_ingest.api.endpoint import Endpoint
from cloud_ingest.api.gaps import GAPS
from cloud_ingest.api.health import HEALTH, readiness
from cloud_ingest.api.openapi import describe
from cloud_ingest.api.pages import HEADERS, docs_page, front_page
from cloud_ingest.api.parking import LOT, LOTS
from cloud_ingest.api.problems import SAFE_HEADERS, ProblemError, Trouble, problem_response, refusal
from cloud_ingest.api.serving import route_of
from cloud_ingest.api.watermarks import WATERMARKS
from cloud_ingest.board import Freshness

ENDPOINTS: Final[tuple[Endpoint[Any], ...]] = (
    AREAS,
    ASSETS,
    LOTS,
    LOT,
    AGGREGATES,
    METRICS,
    WATERMARKS,
    GAPS,
    HEALTH,
)
_HTML: Final = "text/html; charset=utf-8"
_TROUBLE: Final = {404: Trouble.UNKNOWN, 405: Trouble.METHOD}


def create_app(
    database: Database,
    hub: BoardHub,
    collect: Callable[[], Iterable[Metric]],
    *,
    broker_up: Callable[[], bool] = lambda: True,
    cursor_secret: bytes | None = None,
    freshness: Freshness | None = None,
) -> Starlette:
    """Give the application; it opens no port and starts no task.

    `collect` gives the program's metrics, `broker_up` says whether the broker is connected, for `/readyz`. Without a
    `cursor_secret` cursors are good for this process alone and only as long as it lives.
    """
    return assemble(Desk(database, freshness=freshness), hub, collect, broker_up, CursorSeal(cursor_secret))


def assemble(
    desk: Desk,
    hub: BoardHub,
    collect: Callable[[], Iterable[Metric]],
    broker_up: Callable[[], bool],
    seal: CursorSeal,
) -> Starlette:
    """Put the application together from its parts."""
    answered = Answered()
    endpoints = (*ENDPOINTS, readiness(broker_up))
    pages = _Pages(hub, endpoints, lambda: chain(collect(), answered.metrics()))
    return Starlette(
        routes=[
            *(route_of(endpoint, desk, seal) for endpoint in endpoints),
            Route("/", pages.front),
            Route("/docs", pages.docs),
            Route("/openapi.json", pages.description),
            Route("/metrics", pages.metrics),
            *screen_routes(hub),
        ],
        middleware=[Middleware(CountAnswers, answered=answered)],
        exception_handlers={ProblemError: _refused, HTTPException: _no_route, Exception: _mistake},
    )


class _Pages:
    """Everything that is answered without asking the database."""

    def __init__(
        self,
        hub: BoardHub,
        endpoints: Iterable[Endpoint[Any]],
        collect: Callable[[], Iterable[Metric]],
    ) -> None:
        self._hub = hub
        self._description = describe(tuple(endpoints))
        self._docs = docs_page(self._description)
        self._collect = collect

    async def front(self, request: Request) -> Response:
        return self._page(request, front_page(self._hub))

    async def docs(self, request: Request) -> Response:
        return self._page(request, self._docs)

    async def description(self, request: Request) -> Response:
        return answer(request, self._description)

    async def metrics(self, request: Request) -> Response:
        del request
        page, kind = metrics_page(self._collect)
        return Response(page, media_type=kind, headers={"Cache-Control": "no-store", **SAFE_HEADERS})

    def _page(self, request: Request, page: bytes) -> Response:
        response = answer(request, page, _HTML)
        response.headers.update(HEADERS)
        return response


def _refused(request: Request, error: Exception) -> Response:
    del request
    if not isinstance(error, ProblemError):
        raise error
    return problem_response(error)


def _no_route(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    trouble = _TROUBLE.get(error.status_code, Trouble.UNKNOWN)
    detail = {
        Trouble.METHOD: f"{request.method} is not for {request.url.path}",
        Trouble.UNKNOWN: f"there is nothing at {request.url.path}",
    }[trouble]
    refused = refusal(trouble, detail)
    refused.headers |= error.headers or {}
    return problem_response(refused)


def _mistake(request: Request, error: Exception) -> Response:
    """Answer for a mistake of ours; the error itself goes on to the server's log."""
    del error
    return problem_response(refusal(Trouble.BUG, f"{request.method} {request.url.path} failed"))
