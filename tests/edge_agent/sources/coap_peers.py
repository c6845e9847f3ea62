"""Devices that speak CoAP: by a library, and by bytes of their own."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any, Self

import aiocoap
from aiocoap.numbers import codes
from aiocoap.numbers.types import CON, Type

from edge_agent.sources import CoapSettings
from edge_agent.sources.coap import CoapSource
from tests.edge_agent.sources.listening import clock, shelf
from tests.until import until

PACK = b'[{"n":"3431/0/1","vb":true}]'


TIMED = b'[{"bn":"bay-7/","bt":1.76e9,"n":"3431/0/1","vb":true}]'


def source(**more: object) -> CoapSource:
    wanted = {"host": "127.0.0.1", "port": 0, "profile": "p", **more}
    return CoapSource(CoapSettings(**wanted), shelf("p"), clock)  # type: ignore[arg-type]


@contextlib.asynccontextmanager
async def running(one: CoapSource, intake: Any) -> AsyncIterator[CoapSource]:
    task = asyncio.create_task(one.run(intake))
    try:
        await until(lambda: one.port or task.done())
        yield one
        assert not task.done() or task.result() is None
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@contextlib.asynccontextmanager
async def client() -> AsyncIterator[Any]:
    context = await aiocoap.Context.create_client_context(transports=["udp6"])
    try:
        yield context
    finally:
        await context.shutdown()


async def send(
    context: Any,
    port: int,
    payload: bytes = PACK,
    path: str = "senml/bay-7",
    *,
    code: Any = codes.POST,
    form: int | None = 110,
    **more: Any,
) -> Any:
    request = aiocoap.Message(code=code, uri=f"coap://127.0.0.1:{port}/{path}", payload=payload, **more)
    if form is not None:
        request.opt.content_format = form
    async with asyncio.timeout(20):
        return await context.request(request).response


def datagram(
    payload: bytes, *, kind: int = CON, mid: int = 7, token: bytes = b"t", path: str = "senml/a"
) -> bytes:
    message = aiocoap.Message(code=codes.POST, payload=payload, content_format=110, uri_path=path.split("/"))
    message.mtype, message.mid, message.token = Type(kind), mid, token
    return bytes(message.encode())


def registration(number: int) -> bytes:
    """An LwM2M registration of an invented device."""
    message = aiocoap.Message(
        code=codes.POST, payload=b"</3424/0>", uri_path=("rd",), uri_query=(f"ep=invented-{number}", "lt=60")
    )
    message.mtype, message.mid, message.token = CON, number, b"f"
    return bytes(message.encode())


class Raw:
    """A device that sends bytes as it likes."""

    def __init__(self, port: int, own: str = "127.0.0.1") -> None:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((own, 0))
        self.sock.connect(("127.0.0.1", port))
        self.sock.setblocking(False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.sock.close()

    def send(self, payload: bytes) -> None:
        self.sock.send(payload)

    async def answer(self) -> Any:
        async with asyncio.timeout(20):
            return aiocoap.Message.decode(await asyncio.get_running_loop().sock_recv(self.sock, 4096))

    def silent(self) -> bool:
        with contextlib.suppress(BlockingIOError):
            self.sock.recv(4096)
            return False
        return True
