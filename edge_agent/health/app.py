"""The gateway's web server: status page, JSON, metrics, quarantine, lobby screens."""

from collections.abc import Awaitable, Callable, Sequence

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from chassis import BoardHub, metrics_page, screen_routes
from edge_agent.health.account import Account, find_problems
from edge_agent.health.numbers import metrics_of
from edge_agent.health.page import quarantine_html, status_html
from edge_agent.outbox import Quarantined


def create_app(
    hub: BoardHub,
    account: Callable[[], Account],
    quarantine: Callable[[], Awaitable[Sequence[Quarantined]]],
) -> Starlette:
    """Make the web application of a gateway."""

    async def status(request: Request) -> Response:
        now = account()
        if request.url.path.endswith(".json") or request.headers.get("accept") == "application/json":
            return _json(now)
        return HTMLResponse(status_html(now, find_problems(now), hub.lots()))

    async def healthy(_: Request) -> Response:
        now = account()
        return _json({"healthy": not now.full}, 503 if now.full else 200)

    async def metrics(_: Request) -> Response:
        page, kind = metrics_page(lambda: metrics_of(account()))
        return Response(page, media_type=kind)

    async def quarantined(request: Request) -> Response:
        entries = await quarantine()
        if request.url.path.endswith(".json"):
            return _json([_plain(entry) for entry in entries])
        return HTMLResponse(quarantine_html(entries))

    return Starlette(
        routes=[
            Route("/", lambda _: RedirectResponse("/status")),
            Route("/status", status),
            Route("/status.json", status),
            Route("/healthz", healthy),
            Route("/metrics", metrics),
            Route("/quarantine", quarantined),
            Route("/quarantine.json", quarantined),
            *screen_routes(hub),
        ]
    )


def _json(body: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json")


def _plain(entry: Quarantined) -> dict[str, object]:
    plain: dict[str, object] = msgspec.structs.asdict(entry)
    return plain | {"payload": entry.payload.hex()}
