"""The lobby screens over HTTP: the static page, the state of each lot, its stream, its beacon."""

import hashlib
import time
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

from chassis.hub import BoardHub, Rendered
from chassis.stream import board_events
from wire import PlaceId

_PAGES: Final = Path(__file__).resolve().parent.parent / "screens"
_MOST_SCREENS: Final = 256
_MOST_BEACON_BYTES: Final = 1024
_LIVE: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_PAGE_HEADERS: Final = {
    # A screen that starts before its gateway does opens the page from its own copy; a running page renews that
    # copy every day and whenever a heartbeat names another version.
    b"cache-control": b"max-age=604800",
    # Nothing from elsewhere, and nothing sent elsewhere. The page itself runs under the strictest policy, but one
    # that forbids foreign scripts would also forbid the tools that look at screens (axe, playwright).
    b"content-security-policy": b"connect-src 'self'; img-src 'self'; font-src 'self'; media-src 'none'; "
    b"object-src 'none'; frame-src 'none'; base-uri 'none'; form-action 'none'",
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
}


class Beacon(msgspec.Struct, frozen=True, kw_only=True):
    """What a screen says it shows now; `show` is live, stale, dead or starting."""

    screen: str
    seq: int
    life: str = ""
    show: str = ""


def screen_routes(hub: BoardHub) -> list[BaseRoute]:
    """Give the routes below `/screens` and `/v1/screens`; a screen's id is its lot's id."""
    server = _Screens(hub, page_version(_PAGES))
    return [
        Route("/screens/{lot}", server.page),
        Mount("/screens", _Pages(StaticFiles(directory=_PAGES, html=True))),
        Route("/v1/screens", server.lots),
        Route("/v1/screens/{lot}/state", server.state),
        Route("/v1/screens/{lot}/stream", server.stream),
        Route("/v1/screens/{lot}/beacon", server.beacon, methods=["POST"]),
    ]


def page_version(folder: Path) -> str:
    """Name the content of a folder of pages: the same name for the same files."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


class _Pages:
    """The static files, with the headers of a page that loads nothing from elsewhere and opens without a server."""

    def __init__(self, files: StaticFiles) -> None:
        self._files = files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in (200, 304):
                message["headers"] = [*message["headers"], *_PAGE_HEADERS.items()]
            await send(message)

        await self._files(scope, receive, with_headers)


class _Screens:
    def __init__(self, hub: BoardHub, version: str) -> None:
        self._hub = hub
        self._version = version

    async def page(self, request: Request) -> Response:
        """Send a lot's short address on to the page, with the screen's settings."""
        lot = request.path_params["lot"]
        if self._hub.current(PlaceId(lot)) is not None:
            settings = {**request.query_params, "lot": lot}
            return RedirectResponse(f"lobby/?{urlencode(settings)}")
        if (_PAGES / lot / "index.html").is_file():
            return RedirectResponse(f"{lot}/?{request.url.query}")
        return self._unknown(lot)

    async def lots(self, _: Request) -> Response:
        """List the lots that have a board."""
        return _json({"lots": self._hub.lots()})

    async def state(self, request: Request) -> Response:
        """Answer with a lot's board as it is now."""
        board = self._hub.current(_lot(request))
        return self._unknown(_lot(request)) if board is None else _json(board)

    async def stream(self, request: Request) -> Response:
        """Stream boards as server-sent events: `board` on each change, `heartbeat` every 5 s."""
        if self._hub.current(_lot(request)) is None:
            return self._unknown(_lot(request))
        if self._hub.watching >= _MOST_SCREENS:
            busy = _problem(503, "too many screens", f"{_MOST_SCREENS} screens are watching already")
            busy.headers["Retry-After"] = "10"
            return busy
        return StreamingResponse(
            board_events(self._hub, _lot(request), self._version),
            media_type="text/event-stream",
            headers=_LIVE,
        )

    async def beacon(self, request: Request) -> Response:
        """Take note of what a screen shows, so that a frozen one is seen."""
        if self._hub.current(_lot(request)) is None:
            return self._unknown(_lot(request))
        sent = b""
        async for part in request.stream():
            sent += part
            if len(sent) > _MOST_BEACON_BYTES:
                return _problem(413, "beacon too long", f"expected at most {_MOST_BEACON_BYTES} bytes")
        try:
            beacon = msgspec.json.decode(sent, type=Beacon)
        except msgspec.MsgspecError as error:
            return _problem(400, "not a beacon", f'expected {{"screen", "seq", "life", "show"}}: {error}')
        rendered = Rendered(life=beacon.life, seq=beacon.seq, show=beacon.show, at_ms=int(time.time() * 1000))
        self._hub.note(_lot(request), beacon.screen, rendered)
        return Response(status_code=204)

    def _unknown(self, lot: str) -> Response:
        known = ", ".join(self._hub.lots()) or "none yet"
        return _problem(404, "unknown lot", f"got {lot!r}; known: {known}")


def _lot(request: Request) -> PlaceId:
    return PlaceId(request.path_params["lot"])


def _json(content: object) -> Response:
    return Response(msgspec.json.encode(content), media_type="application/json", headers=_LIVE)


def _problem(status: int, title: str, detail: str) -> Response:
    problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return Response(
        msgspec.json.encode(problem), status, headers=_LIVE, media_type="application/problem+json"
    )
