"""What the CoAP server answers: one resource for all paths, which keeps a request before it says 2.04."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

import aiocoap
from aiocoap.numbers import codes
from aiocoap.resource import PathCapable, Resource
from msgspec.structs import replace

from device_profiles import DecodeError, Reading, check_device
from device_profiles.protocols.senml import read_pack, resolve
from device_profiles.resources import place_of
from edge_agent.sources.allowance import Allowance
from edge_agent.sources.blocks import Assembly, Block, Fault
from edge_agent.sources.heard import Clock, Heard, Intake, Outcome, Refused
from edge_agent.sources.lwm2m import Desk
from edge_agent.sources.opening import FORMATS, hash_of, open_payload
from edge_agent.sources.settings import CoapSettings, Written
from edge_agent.sources.speaker import speaker
from wire import DeviceId, TimeTrust

_FORMATS: Final = {
    110: Written.SENML_JSON,
    111: Written.SENSML_JSON,
    112: Written.SENML_CBOR,
    113: Written.SENSML_CBOR,
}
_LINKS: Final = b'</senml>;rt="lilong.senml";ct="110 111 112 113",</dp>;rt="oma.lwm2m.dp";ct="110 112"'
_LINK_FORMAT: Final = 40
_MOST_OPEN: Final = 500
_SETTLED_WITHIN_S: Final = 30.0
_COME_AGAIN_S: Final = 30
_KEPT_OF_REFUSED: Final = 4096
_EXCHANGE_LIFETIME_S: Final = 247.0
"""Within this time (RFC 7252, 4.8.2) a peer may repeat a message and may not reuse its message id."""
_HOUR_MS: Final = 3_600_000
_FAULTS: Final = {
    Fault.INCOMPLETE: (codes.REQUEST_ENTITY_INCOMPLETE, "earlier blocks are missing; begin with block 0"),
    Fault.WRONG_SIZE: (codes.BAD_REQUEST, "expected a full block where more follow"),
    Fault.BUSY: (codes.SERVICE_UNAVAILABLE, "too many block-wise transfers; come again later"),
}


class Door(Resource, PathCapable):
    """Takes SenML packs at /senml, /senml/<device> and /dp, and says at /.well-known/core that it does."""

    def __init__(
        self, name: str, settings: CoapSettings, profile: str, clock: Clock, desk: Desk | None = None
    ) -> None:
        """Open with `listen_for`; `profile` decodes what devices without an entry of their own send.

        The `desk` takes what comes to /rd. `welcome` is told of each peer of which a reading was kept.
        """
        super().__init__()  # type: ignore[no-untyped-call]  # the library's annotations are incomplete
        self._name, self._settings, self._profile, self._clock = name, settings, profile, clock
        each_s = settings.most_each / 60
        self._allowance = Allowance(each_s, max(10.0, settings.most_each / 4))
        self._assembly = Assembly(settings.most_bytes)
        self._intake: Intake | None = None
        self._desk = desk
        self.welcome: Callable[[str], None] = lambda _: None
        self._since_s = time.monotonic()
        self._open = 0
        self.fail: Callable[[Exception], None] = lambda _: None
        self.counts: Counter[str] = Counter()

    def listen_for(self, intake: Intake) -> None:
        """Hand over to this intake from now on."""
        self._intake, self._since_s = intake, time.monotonic()

    async def needs_blockwise_assembly(self, request: Any) -> bool:
        """Only what is read may be cut up by the library; what is sent to us is put together within bounds here."""
        return bool(request.code == codes.GET and request.opt.block1 is None)

    async def render(self, request: Any) -> Any:
        """Answer one request; a fault of ours also ends the source."""
        try:
            return await self._answer(request)
        except Exception as error:
            self.fail(error)
            raise

    async def _answer(self, request: Any) -> Any:
        if self._limited(request):
            wait_s = int(self._allowance.wait_s()) + 1
            return _said(codes.TOO_MANY_REQUESTS, "too many requests", max_age=wait_s)
        path = request.opt.uri_path
        if path == (".well-known", "core"):
            return _core(request)
        if self._desk is not None and path[:1] == ("rd",):
            body = self._body(request)
            return _finished(request, self._desk.answer(request, body) if isinstance(body, bytes) else body)
        if not path or path[0] not in ("senml", "dp") or len(path) > (2 if path[0] == "senml" else 1):
            return _said(
                codes.NOT_FOUND, f"expected /senml, /senml/<device>{', /rd' if self._desk else ''} or /dp"
            )
        if request.code not in (codes.POST, codes.PUT):
            return _said(codes.METHOD_NOT_ALLOWED, "expected POST or PUT")
        written = _FORMATS.get(request.opt.content_format)
        if written is None:
            got = "none" if request.opt.content_format is None else str(int(request.opt.content_format))
            return _said(codes.UNSUPPORTED_CONTENT_FORMAT, f"expected Content-Format 110 to 113, got {got}")
        body = self._body(request)
        return _finished(
            request, await self._take(request, body, written) if isinstance(body, bytes) else body
        )

    def _limited(self, request: Any) -> bool:
        """Whether the peer has asked too often; the blocks of one request count as one."""
        block1 = request.opt.block1
        if block1 and block1.block_number:
            return False
        if self._allowance.allows(_peer(request), time.monotonic()):
            return False
        self.counts["limited"] += 1
        return True

    def _body(self, request: Any) -> Any:
        """The whole body, or what to answer before there is one."""
        block1, most = request.opt.block1, self._settings.most_bytes
        announced = request.opt.size1 or 0
        if announced > most or len(request.payload) > most:
            return self._too_large()
        if block1 is None:
            return request.payload
        key = (request.remote, request.code, request.opt.uri_path, request.opt.uri_query)
        size = block1.size
        block = Block(number=block1.block_number, size=size, more=block1.more, payload=request.payload)
        body = self._assembly.feed(key, block, time.monotonic())
        if body is None:
            return aiocoap.Message(code=codes.CONTINUE)
        if body is Fault.TOO_LARGE:
            return self._too_large()
        if isinstance(body, Fault):
            code, text = _FAULTS[body]
            return _said(code, text, max_age=_COME_AGAIN_S if body is Fault.BUSY else None)
        return body

    def _too_large(self) -> Any:
        self.counts["too_large"] += 1
        answer = _said(codes.REQUEST_ENTITY_TOO_LARGE, f"at most {self._settings.most_bytes} bytes")
        answer.opt.size1 = self._settings.most_bytes
        return answer

    async def _take(self, request: Any, body: bytes, written: Written) -> Any:
        """Hand the body over and answer when it is settled."""
        self.counts["requests"] += 1
        received_ms, trust = self._clock()
        identity = _identity(request, body, received_ms)
        surely_new = time.monotonic() - self._since_s > _EXCHANGE_LIFETIME_S
        reading, fault = _read(request, body, written, (received_ms, trust), self._sender(request))
        settled: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        settle = partial(_settle, settled)
        where = f"{_peer(request)} /{'/'.join(request.opt.uri_path)}"[:1024]
        if reading is not None:
            item: Heard | Refused = Heard(
                source=self._name,
                reading=reading if reading.identity else replace(reading, identity=identity),
                profile=self._profile,
                settle=settle,
                surely_new=surely_new and not reading.identity,
                where=where,
            )
        else:
            self.counts["refused"] += 1
            item = Refused(
                source=self._name,
                where=where,
                payload=body[:_KEPT_OF_REFUSED],
                reason=fault,
                received_ms=received_ms,
                trust=trust,
                settle=settle,
                identity=identity,
                surely_new=surely_new,
            )
        answer = await self._settled(item, settled, fault)
        if answer.code == codes.CHANGED:
            self.welcome(_peer(request))
        return answer

    def _sender(self, request: Any) -> DeviceId | None:
        """Who it is by its key, or by its registration."""
        registered = self._desk.speaker(request.remote) if self._desk is not None else None
        return _by_key(request) or registered

    async def _settled(self, item: Heard | Refused, settled: asyncio.Future[Outcome], fault: str) -> Any:
        if self._intake is None or self._open >= _MOST_OPEN or not self._intake.offer(item):
            self.counts["turned_away"] += 1
            return _said(codes.SERVICE_UNAVAILABLE, "busy; come again later", max_age=_COME_AGAIN_S)
        self._open += 1
        try:
            async with asyncio.timeout(_SETTLED_WITHIN_S):
                outcome = await settled
        except TimeoutError:
            outcome = Outcome.FAILED
        finally:
            self._open -= 1
        self.counts[outcome.value] += 1
        if not outcome.kept:
            return _said(
                codes.SERVICE_UNAVAILABLE, "cannot be kept now; come again later", max_age=_COME_AGAIN_S
            )
        return _said(codes.BAD_REQUEST, fault) if fault else aiocoap.Message(code=codes.CHANGED)


def _read(
    request: Any, body: bytes, written: Written, when: tuple[int, TimeTrust], sender: str | None
) -> tuple[Reading | None, str]:
    """Return the reading, or why there is none; `sender` is who is registered at the address."""
    try:
        pack = read_pack(body, FORMATS[written])
        resolve(pack)
        device = check_device(_speaker(request, pack, sender))
        return open_payload(device, body, written, *when), ""
    except DecodeError as error:
        return None, str(error)


def _speaker(request: Any, pack: Sequence[Mapping[str, object]], sender: str | None) -> str:
    """Return who speaks; where a key says who it is, nobody can speak for another device."""
    path = request.opt.uri_path
    try:
        named = speaker(path, request.opt.uri_query, pack)
    except DecodeError:
        if sender is None or not (path[0] == "dp" or _by_key(request)):
            raise
        return sender
    owner = _by_key(request)
    if owner is None:
        return named
    spoken_for = {place_of(record.name).device for record in resolve(pack)} | {check_device(named)}
    if spoken_for - {owner, None}:
        raise DecodeError(f"expected {owner!r}, whose key it is, to speak for itself, got {named[:60]!r}")
    return owner


def _by_key(request: Any) -> DeviceId | None:
    return getattr(request.remote, "device", None)


def _finished(request: Any, answer: Any) -> Any:
    """Complete an answer by what the request's options ask for."""
    if answer.code.is_successful():  # an error without Block1 ends the transfer
        answer.opt.block1 = request.opt.block1
    answer.opt.no_response = request.opt.no_response
    return answer


def _settle(settled: asyncio.Future[Outcome], outcome: Outcome) -> None:
    if (
        not settled.done()
    ):  # nobody may wait any more: the peer began another request with this token, or we timed out
        settled.set_result(outcome)


def _identity(request: Any, body: bytes, received_ms: int) -> str:
    """What makes a request itself: peer, message id and token, and the hour, because a peer may begin anew."""
    message = "blocks" if request.opt.block1 else f"{request.mid}:{request.token.hex()}"
    return f"coap:{request.remote.hostinfo}:{message}:{hash_of(body)}:{received_ms // _HOUR_MS}"


def _peer(request: Any) -> str:
    """The address, without the port: devices behind it share their allowance."""
    return plain_address(urlsplit(f"//{request.remote.hostinfo}").hostname or "")


def plain_address(address: str) -> str:
    """Return one and the same text for an address, whoever wrote it: IPv4 in IPv6's coat, or with a scope."""
    return address.removeprefix("::ffff:").partition("%")[0]


def _core(request: Any) -> Any:
    if request.code != codes.GET:
        return _said(codes.METHOD_NOT_ALLOWED, "expected GET")
    return aiocoap.Message(code=codes.CONTENT, payload=_LINKS, content_format=_LINK_FORMAT)


def _said(code: Any, text: str, *, max_age: int | None = None) -> Any:
    """An answer with a diagnostic text (RFC 7252, 5.5.2)."""
    answer = aiocoap.Message(code=code, payload=text.encode()[:500])
    if max_age is not None:
        answer.opt.max_age = max_age
    return answer
