"""Devices with a key: a client by the library's own context on disk, beside the gateway's key file."""

import asyncio
import json
from pathlib import Path
from typing import Any

import aiocoap
from aiocoap import oscore
from aiocoap.numbers import codes

from edge_agent.sources import CoapSettings
from edge_agent.sources.coap import CoapSource
from edge_agent.sources.settings import Lwm2mSettings, OscoreSettings
from tests.edge_agent.sources.listening import clock, shelf

SECRET = "000102030405060708090a0b0c0d0e0f"
PACK = b'[{"n":"3431/0/1","vb":true}]'


def key_file(folder: Path, *nodes: tuple[str, str], secret: str = SECRET) -> Path:
    """Write who has which id, all with one secret."""
    path = folder / "oscore.toml"
    tables = [f'[[nodes]]\ndevice = "{name}"\nid = "{own}"\nsecret = "{secret}"\n' for name, own in nodes]
    path.write_text("\n".join(tables))
    path.chmod(0o600)
    return path


def server(folder: Path, *, require: bool = True, lwm2m: bool = False) -> CoapSource:
    settings = OscoreSettings(keys=str(folder / "oscore.toml"), state=str(folder / "state"), require=require)
    desk = Lwm2mSettings(profile="p") if lwm2m else None
    return CoapSource(
        CoapSettings(host="127.0.0.1", port=0, profile="p", oscore=settings, lwm2m=desk), shelf("p"), clock
    )


def node_context(folder: Path, id: str, secret: str = SECRET) -> Any:
    """The device's side of a context, in the library's own form."""
    folder.mkdir()
    keys = {"sender-id_hex": id, "recipient-id_hex": "", "secret_hex": secret}
    (folder / "secret.json").write_text(json.dumps(keys))
    return oscore.FilesystemSecurityContext(str(folder))


class Node:
    """Sends protected requests, answers a challenge once, and remembers what it put on the air."""

    def __init__(self, context: Any, port: int, secure: Any) -> None:
        self.context, self.port, self.secure = context, port, secure
        self.challenged = 0

    async def send(
        self, payload: bytes = PACK, path: str = "senml", form: int = 110, code: Any = codes.POST
    ) -> Any:
        answer = await self._try(payload, path, form, code, None)
        if answer.code == codes.UNAUTHORIZED and answer.opt.echo is not None:
            self.challenged += 1
            answer = await self._try(payload, path, form, code, answer.opt.echo)
        return answer

    async def _try(self, payload: bytes, path: str, form: int, code: Any, echo: bytes | None) -> Any:
        message = aiocoap.Message(code=code, uri=f"coap://127.0.0.1:{self.port}/{path}", payload=payload)
        if payload:
            message.opt.content_format = form
        message.opt.echo = echo
        outer, request_id = self.secure.protect(message)
        outer.set_request_uri(f"coap://127.0.0.1:{self.port}")
        async with asyncio.timeout(20):
            answer = await self.context.request(outer, handle_blockwise=False).response
        if answer.opt.oscore is None:
            return answer
        return self.secure.unprotect(answer, request_id)[0]


def recorded(secure: Any, mid: int, payload: bytes = PACK) -> bytes:
    """A protected request as an eavesdropper records it."""
    message = aiocoap.Message(code=codes.POST, uri_path=("senml",), payload=payload, content_format=110)
    outer, _ = secure.protect(message)
    outer.mtype, outer.mid, outer.token = aiocoap.CON, mid, b"r"
    return bytes(outer.encode())
