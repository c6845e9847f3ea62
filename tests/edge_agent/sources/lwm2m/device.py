"""A simulated LwM2M device that speaks the true protocol: registers, answers, is observed, updates, leaves."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiocoap
from aiocoap import resource
from aiocoap.numbers import codes


class Thing(resource.ObservableResource):
    """One instance or resource with a content."""

    def __init__(self, payload: bytes, form: int, observable: bool = True) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library is typed in part
        self.payload, self.form, self.observable, self.asked = payload, form, observable, 0

    def say(self, payload: bytes) -> None:
        self.payload = payload
        self.updated_state()  # type: ignore[no-untyped-call]

    async def add_observation(self, request: Any, serverobservation: Any) -> None:
        if self.observable:
            await super().add_observation(request, serverobservation)  # type: ignore[no-untyped-call]

    async def render_get(self, request: Any) -> Any:
        self.asked += 1
        return aiocoap.Message(code=codes.CONTENT, payload=self.payload, content_format=self.form)

    @property
    def observers(self) -> int:
        return len(self._observations)


class Device:
    """A device at one UDP port, with things at paths."""

    def __init__(self, context: Any, server: int, endpoint: str, things: Mapping[str, Thing]) -> None:
        self.context, self.server, self.endpoint, self.things = context, server, endpoint, things
        self.location: tuple[str, ...] = ()

    async def register(self, query: str = "lt=86400&lwm2m=1.1&b=U", links: str | None = None) -> Any:
        text = ",".join(f"<{path}>" for path in self.things) if links is None else links
        answer = await self._send(codes.POST, f"rd?ep={self.endpoint}&{query}", text.encode())
        self.location = answer.opt.location_path
        return answer

    async def update(self, query: str = "", links: str = "") -> Any:
        return await self._send(
            codes.POST, "/".join(self.location) + (f"?{query}" if query else ""), links.encode()
        )

    async def leave(self) -> Any:
        return await self._send(codes.DELETE, "/".join(self.location), b"")

    async def send(self, payload: bytes) -> Any:
        return await self._send(codes.POST, "dp", payload, 110)

    async def _send(self, code: Any, path: str, payload: bytes, form: int = 40) -> Any:
        message = aiocoap.Message(code=code, uri=f"coap://127.0.0.1:{self.server}/{path}", payload=payload)
        if payload:
            message.opt.content_format = form
        async with asyncio.timeout(20):
            return await self.context.request(message).response


@contextlib.asynccontextmanager
async def device(
    server: int, things: Mapping[str, Thing], endpoint: str = "meter-1"
) -> AsyncIterator[Device]:
    site = resource.Site()
    for path, thing in things.items():
        site.add_resource(path.strip("/").split("/"), thing)
    context = await aiocoap.Context.create_server_context(site, bind=("127.0.0.1", 0), transports=["udp6"])
    try:
        yield Device(context, server, endpoint, things)
    finally:
        await context.shutdown()
