"""A device that shares a key is read and observed under it; replayed notifications are passed over."""

import asyncio
import gc
from pathlib import Path
from typing import Any

import aiocoap
import pytest
from aiocoap.numbers import codes

from device_profiles import load_shelf
from edge_agent.sources import CoapSettings
from edge_agent.sources.coap import CoapSource
from edge_agent.sources.settings import Lwm2mSettings, OscoreSettings
from tests.edge_agent.sources.coap_peers import running
from tests.edge_agent.sources.listening import Listening, clock
from tests.edge_agent.sources.oscore.nodes import Node, key_file, node_context
from tests.until import until


class ProtectedDevice:
    """A site with one observable resource, which speaks under its key or, if told so, without."""

    def __init__(self, secure: Any, *, protects: bool = True) -> None:
        self.secure, self.protects = secure, protects
        self.asked: list[tuple[str, ...]] = []
        self.again = asyncio.Event()

    async def render_to_pipe(self, pipe: Any) -> None:
        request, request_id = self.secure.unprotect(pipe.request)
        self.asked.append(request.opt.uri_path)
        first = self._answer(b'[{"n":"3408/0/3","vb":false}]', request_id)
        pipe.add_response(first, is_last=False)
        await self.again.wait()
        second = self._answer(b'[{"n":"3408/0/3","vb":true}]', request_id)
        pipe.add_response(second, is_last=False)
        pipe.add_response(second.copy(), is_last=False)  # somebody recorded it
        await asyncio.Event().wait()

    def _answer(self, payload: bytes, request_id: Any) -> Any:
        message = aiocoap.Message(code=codes.CONTENT, payload=payload, content_format=110, observe=0)
        if not self.protects:
            return message
        outer, _ = self.secure.protect(message, request_id)
        outer.opt.observe = self.secure.sender_sequence_number
        return outer


@pytest.mark.parametrize("protects", [True, False])
def test_observed_under_its_key(protects: bool, tmp_path: Path) -> None:
    key_file(tmp_path, ("cover-1", "01"))
    settings = CoapSettings(
        host="127.0.0.1",
        port=0,
        lwm2m=Lwm2mSettings(),
        oscore=OscoreSettings(keys=str(tmp_path / "oscore.toml"), state=str(tmp_path / "state")),
    )

    async def story() -> None:
        intake = Listening()
        device = ProtectedDevice(node_context(tmp_path / "node", "01"), protects=protects)
        context = await aiocoap.Context.create_server_context(
            device, bind=("127.0.0.1", 0), transports=["udp6"]
        )
        try:
            async with running(CoapSource(settings, load_shelf(), clock), intake) as one:
                node = Node(context, one.port, device.secure)
                answer = await node.send(b"</3408/0>", "rd?ep=cover-1&lt=600", 40)
                assert answer.code == codes.CREATED
                await until(lambda: device.asked == [("3408", "0")])
                if not protects:
                    await until(lambda: one.counts().get("lwm2m_unanswered") == 1)
                    assert not [reading for reading in intake.readings if reading.path]
                    return
                device.again.set()
                await until(lambda: len([reading for reading in intake.readings if reading.path]) == 2)
                assert [reading.device for reading in intake.readings] == ["cover-1"] * 3
                assert b"true" in intake.readings[-1].payload
        finally:
            await context.shutdown()

    asyncio.run(story())
    gc.collect()
