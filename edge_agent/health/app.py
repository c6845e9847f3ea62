"""The gateway's web server: status page, JSON, metrics, quarantine, lobby screens."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from chassis import BoardHub, metrics_page, screen_routes
from device_profiles.recognition import Guess
from edge_agent.health.account import Account, find_problems
from edge_agent.health.numbers import metrics_of
from edge_agent.health.page import status_html
from edge_agent.health.quarantine_page import quarantine_html
from edge_agent.outbox import Quarantined

Look = Callable[[], Awaitable[Sequence[Quarantined]]]
Suggest = Callable[[Sequence[Quarantined]], Awaitable[Mapping[str, Sequence[Guess]]]]


def create_app(
    hub: BoardHub,
    account: Callable[[], Account],
    quarantine: Look,
    suggest: Suggest,
) -> Starlette:
    """Make the web application of a gateway; `suggest` guesses the profiles of devices in the quarantine."""

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

    return Starlette(
        routes=[
            Route("/", lambda _: RedirectResponse("/status")),
            Route("/status", status),
            Route("/status.json", status),
            Route("/healthz", healthy),
            Route("/metrics", metrics),
            *_quarantine_routes(quarantine, suggest),
            *screen_routes(hub),
        ]
    )


def _quarantine_routes(quarantine: Look, suggest: Suggest) -> list[Route]:
    async def page(_: Request) -> Response:
        entries = await quarantine()
        return HTMLResponse(quarantine_html(entries, await suggest(entries)))

    async def plain(_: Request) -> Response:
        return _json([_plain(entry) for entry in await quarantine()])

    async def guesses(_: Request) -> Response:
        return _json(await suggest(await quarantine()))

    return [
        Route("/quarantine", page),
        Route("/quarantine.json", plain),
        Route("/quarantine/guesses.json", guesses),
    ]


def _json(body: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json")


def _plain(entry: Quarantined) -> dict[str, object]:
    plain: dict[str, object] = msgspec.structs.asdict(entry)
    return plain | {"payload": entry.payload.hex()}
