"""The lobby screens over HTTP: the static page, its state, its stream of named events, its beacon."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import (
    JSONResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from chassis.hub import BoardHub
from wire import Board, PlaceId

HEARTBEAT_EVERY_S: Final = 5.0
_PAGES: Final = Path(__file__).resolve().parent.parent / "screens"
_MOST_SCREENS: Final = 256
_MOST_BEACON_BYTES: Final = 4096


class Beacon(msgspec.Struct, frozen=True, kw_only=True):
    """What a screen says it shows now."""

    screen: str
    seq: int


def screen_routes(hub: BoardHub) -> list[BaseRoute]:
    """Give the routes below `/screens` and `/v1/screens`; a screen's id is its lot's id."""
    server = _Screens(hub)
    return [
        Route("/screens/{lot}", server.page),
        Mount("/screens", StaticFiles(directory=_PAGES, html=True)),
        Route("/v1/screens/{lot}/state", server.state),
        Route("/v1/screens/{lot}/stream", server.stream),
        Route("/v1/screens/{lot}/beacon", server.beacon, methods=["POST"]),
    ]


class _Screens:
    def __init__(self, hub: BoardHub) -> None:
        self._hub = hub

    async def page(self, request: Request) -> Response:
        """Send a lot's short address on to the page; the page's own folder has a slash at its end."""
        lot = request.path_params["lot"]
        if (_PAGES / lot).is_dir():
            return RedirectResponse(f"/screens/{lot}/")
        if self._hub.current(PlaceId(lot)) is None:
            return _unknown(lot, self._hub)
        return RedirectResponse(f"/screens/lobby/?lot={lot}")

    async def state(self, request: Request) -> Response:
        """Answer with a lot's board as it is now."""
        board = self._hub.current(PlaceId(request.path_params["lot"]))
        if board is None:
            return _unknown(request.path_params["lot"], self._hub)
        return Response(
            msgspec.json.encode(board),
            media_type="application/json",
            headers={"Cache-Control": "no-store"},
        )

    async def stream(self, request: Request) -> Response:
        """Stream boards as server-sent events: `board` on each change, `heartbeat` every 5 s."""
        lot = PlaceId(request.path_params["lot"])
        if self._hub.current(lot) is None:
            return _unknown(lot, self._hub)
        if self._hub.watching >= _MOST_SCREENS:
            return JSONResponse(
                {"title": f"more than {_MOST_SCREENS} screens"},
                503,
                {"Retry-After": "10"},
            )
        return StreamingResponse(
            self._events(lot),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store"},
        )

    async def _events(self, lot: PlaceId) -> AsyncIterator[bytes]:
        shown: Board | None = None
        self._hub.watching += 1
        try:
            while True:
                try:
                    async with asyncio.timeout(HEARTBEAT_EVERY_S):
                        shown = await self._hub.newer(lot, shown)
                    yield b"event: board\ndata: " + msgspec.json.encode(shown) + b"\n\n"
                except TimeoutError:
                    yield b'event: heartbeat\ndata: {"at_ms":%d}\n\n' % (time.time() * 1000)
        finally:
            self._hub.watching -= 1

    async def beacon(self, request: Request) -> Response:
        """Take note of what a screen shows, so that a frozen one is seen."""
        lot = PlaceId(request.path_params["lot"])
        if self._hub.current(lot) is None:
            return _unknown(lot, self._hub)
        try:
            beacon = msgspec.json.decode((await request.body())[:_MOST_BEACON_BYTES], type=Beacon)
        except msgspec.MsgspecError as error:
            return JSONResponse({"title": f'expected {{"screen", "seq"}}: {error}'}, 400)
        if len(self._hub.rendered) < _MOST_SCREENS or (lot, beacon.screen) in self._hub.rendered:
            self._hub.rendered[lot, beacon.screen] = (
                beacon.seq,
                int(time.time() * 1000),
            )
        return Response(status_code=204)


def _unknown(lot: str, hub: BoardHub) -> Response:
    known = ", ".join(hub.lots()) or "none yet"
    problem = {
        "type": "about:blank",
        "title": "unknown lot",
        "status": 404,
        "detail": f"got {lot!r}; known: {known}",
    }
    return Response(msgspec.json.encode(problem), 404, media_type="application/problem+json")
