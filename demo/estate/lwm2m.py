"""The estate's LwM2M devices: a water meter and a smoke alarm are observed, a manhole cover sleeps and sends."""

import asyncio
import random
import struct
import time
from collections.abc import Callable
from typing import Any, Final

import aiocoap
import cbor2
from aiocoap import error as coap_error
from aiocoap import resource
from aiocoap.numbers import codes

from demo.estate.ledger import Identity
from device_profiles.protocols.lwm2m import Entry, Kind, write_tlv
from wire import DeviceId

_STEP_S: Final = 1.5
_UPDATE_EVERY: Final = 4
_ANSWER_WITHIN_S: Final = 30.0
_AGAIN_AFTER_S: Final = 1.0
_LIFETIME_S: Final = 300
_TLV: Final = 11542
_SENML_CBOR: Final = 112
_LINKS: Final = 40
_WEAK = (coap_error.Error, OSError, TimeoutError)


class Lwm2mDevices:
    """Three devices; `run` until cancelled, `hush` to let them say nothing new.

    What a sent reading's answer promised must be in the database once. A notification promises nothing: the device
    only knows that it left.
    """

    def __init__(self, host: str, port: int) -> None:
        """Name the gateway; nothing is opened yet."""
        self._devices = [
            _Observed(host, port, DeviceId("lwm2m-water-1"), "3424/0", _water()),
            _Observed(host, port, DeviceId("lwm2m-smoke-1"), "3407/0", _smoke()),
            _Sleeper(host, port, DeviceId("lwm2m-manhole-1"), "3408/0"),
        ]

    async def run(self) -> None:
        """Live until cancelled, then leave."""
        async with asyncio.TaskGroup() as group:
            for device in self._devices:
                group.create_task(device.run(), name=device.name)

    async def hush(self) -> None:
        """Let them finish what they are saying."""
        for device in self._devices:
            device.hushed = True
        for device in self._devices:
            async with device.speaking:
                pass

    def notified(self) -> set[Identity]:
        """Return what left as notifications."""
        return {said for device in self._devices for said in device.notified}

    def promised(self) -> set[Identity]:
        """Return what was sent and acknowledged."""
        return {said for device in self._devices for said in device.promised}


class _Device:
    """What all three do: register, update, register anew when the gateway forgot them."""

    links = ""
    query = ""

    def __init__(self, host: str, port: int, name: DeviceId) -> None:
        self.name, self._server = name, f"coap://{host}:{port}"
        self.hushed = False
        self.speaking = asyncio.Lock()
        self.notified: list[Identity] = []
        self.promised: list[Identity] = []
        self._context: Any = None
        self._location = ""

    async def run(self) -> None:
        self._context = await aiocoap.Context.create_server_context(
            self.site(), bind=("127.0.0.1", 0), transports=["udp6"]
        )
        try:
            await self._live()
        finally:
            await self._context.shutdown()

    def site(self) -> Any:
        return resource.Site()

    async def speak(self, at_ms: int) -> None:
        raise NotImplementedError

    async def _live(self) -> None:
        steps = 0
        while True:
            if not self._location:
                await self._register()
            elif not self.hushed:
                async with self.speaking:
                    await self.speak(time.time_ns() // 1_000_000)
            steps += 1
            if (
                steps % _UPDATE_EVERY == 0
                and await self._ask(codes.POST, self._location, b"", None) != codes.CHANGED
            ):
                self._location = ""
            await asyncio.sleep(_STEP_S * random.uniform(0.8, 1.2))

    async def _register(self) -> None:
        path = f"rd?ep={self.name}&lt={_LIFETIME_S}&lwm2m=1.1&{self.query}"
        try:
            answer = await self._request(codes.POST, path, self.links.encode(), _LINKS)
        except _WEAK:
            return
        if answer.code == codes.CREATED:
            self._location = "/".join(answer.opt.location_path)

    async def _ask(self, code: Any, path: str, payload: bytes, form: int | None) -> Any:
        try:
            return (await self._request(code, path, payload, form)).code
        except _WEAK:
            return None

    async def _request(self, code: Any, path: str, payload: bytes, form: int | None) -> Any:
        message = aiocoap.Message(
            code=code, uri=f"{self._server}/{path}", payload=payload, content_format=form
        )
        async with asyncio.timeout(_ANSWER_WITHIN_S):
            return await self._context.request(message).response


class _Observed(_Device):
    """One instance that the gateway observes; `state` gives its resources, new each time."""

    query = "b=U"

    def __init__(
        self, host: str, port: int, name: DeviceId, path: str, state: Callable[[], list[Entry]]
    ) -> None:
        super().__init__(host, port, name)
        self.links, self._path, self._state = f"</{path}>", path, state
        self._instance = _Instance()

    def site(self) -> Any:
        self._instance.payload = self._content(time.time_ns() // 1_000_000)
        site = resource.Site()
        site.add_resource(self._path.split("/"), self._instance)
        return site

    async def speak(self, at_ms: int) -> None:
        self._instance.payload = self._content(at_ms)
        if self._instance.observed:
            self._instance.updated_state()  # type: ignore[no-untyped-call]
            self.notified.append((self.name, at_ms))

    def _content(self, at_ms: int) -> bytes:
        return write_tlv([*self._state(), *_dated(at_ms)])


class _Sleeper(_Device):
    """A cover that is awake only while it speaks (queue mode), and sends what it has to say (LwM2M Send)."""

    links = "</3408/0>,</3/0>"
    query = "b=U&Q"

    def __init__(self, host: str, port: int, name: DeviceId, path: str) -> None:
        super().__init__(host, port, name)
        self._path, self._open = path, False

    async def speak(self, at_ms: int) -> None:
        self._open = not self._open
        pack = cbor2.dumps([{-2: f"/{self._path}/", -3: at_ms / 1000, 0: "3", 4: self._open}])
        while True:
            if await self._ask(codes.POST, "dp", pack, _SENML_CBOR) == codes.CHANGED:
                break
            await asyncio.sleep(_AGAIN_AFTER_S)
        self.promised.append((self.name, at_ms))


class _Instance(resource.ObservableResource):
    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library is typed in part
        self.payload = b""

    @property
    def observed(self) -> bool:
        return bool(self._observations)

    async def render_get(self, request: Any) -> Any:
        del request
        return aiocoap.Message(code=codes.CONTENT, payload=self.payload, content_format=_TLV)


def _dated(at_ms: int) -> list[Entry]:
    """The time of the values: whole seconds and the fraction (resources 5518 and 6050)."""
    return [
        _resource(5518, struct.pack(">q", at_ms // 1000)),
        _resource(6050, struct.pack(">d", at_ms % 1000 / 1000)),
    ]


def _water() -> Callable[[], list[Entry]]:
    total_l = 128_000

    def state() -> list[Entry]:
        nonlocal total_l
        total_l += random.randrange(1, 20)
        return [_resource(1, struct.pack(">d", total_l / 1000)), _resource(9, b"\x00")]

    return state


def _smoke() -> Callable[[], list[Entry]]:
    smoke = False

    def state() -> list[Entry]:
        nonlocal smoke
        smoke = random.random() < (0.5 if smoke else 0.1)
        return [_resource(6044, struct.pack(">f", 87.5)), _resource(6046, bytes([smoke]))]

    return state


def _resource(number: int, value: bytes) -> Entry:
    return Entry(kind=Kind.RESOURCE, id=number, value=value)
