"""Answers registrations (/rd), keeps an eye on every registered device and hands on what it says."""

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from typing import Any, Final

import aiocoap
from aiocoap.numbers import codes

from device_profiles import DecodeError
from device_profiles.protocols.lwm2m import Path
from edge_agent.sources.heard import Clock, Heard, Intake, Outcome, Refused
from edge_agent.sources.lwm2m.asked import VersionError, read_asked
from edge_agent.sources.lwm2m.book import Book, Registration
from edge_agent.sources.lwm2m.contents import reading_of, told_by_gateway
from edge_agent.sources.lwm2m.line import Line
from edge_agent.sources.lwm2m.watch import Watch
from edge_agent.sources.settings import Lwm2mSettings
from wire import DeviceId

_LOCATION_BYTES: Final = 8
_COME_AGAIN_S: Final = 300
_KEPT_OF_REFUSED: Final = 4096
_OFFER_AGAIN_AFTER_S: Final = 5.0
_LOOK_EVERY_S: Final = 5.0
_LINK_FORMAT: Final = 40
Now = Callable[[], float]


class Desk:
    """The registrations of one CoAP server; `objects` are the LwM2M objects that its profile understands."""

    def __init__(
        self, settings: Lwm2mSettings, objects: frozenset[int], clock: Clock, now: Now = time.monotonic
    ) -> None:
        """Open with `run`."""
        self._settings = settings
        self._wanted = objects | frozenset(settings.objects)
        self._clock, self._now = clock, now
        self._book = Book(settings.most)
        self._watches: dict[str, tuple[Watch, asyncio.Task[None]]] = {}
        self._lost: dict[DeviceId, bool] = {}
        self._group: asyncio.TaskGroup | None = None
        self._line: Line | None = None
        self._intake: Intake | None = None
        self._counts: Counter[str] = Counter()

    def counts(self) -> Mapping[str, int]:
        """Return what became of registrations and questions, and how many devices are there."""
        return {f"lwm2m_{name}": count for name, count in self._counts.items()} | {
            "lwm2m_devices": len(self._book)
        }

    async def run(self, line: Line, intake: Intake) -> None:
        """Watch the devices that register, until cancelled."""
        self._line, self._intake = line, intake
        async with asyncio.TaskGroup() as self._group:
            while True:
                await asyncio.sleep(_LOOK_EVERY_S)
                self.look()

    def look(self) -> None:
        """Let registrations end that were not renewed in time."""
        for late in self._book.expired(self._now()):
            self._counts["expired"] += 1
            self._leave(late)
            self._tell_link(late.endpoint, lost=True)

    def speaker(self, peer: Hashable) -> DeviceId | None:
        """Return which registered device speaks from an address, and take note that it is awake."""
        found = self._book.at(peer)
        if found is None:
            return None
        self._heard(found.location)
        return found.endpoint

    def answer(self, request: Any, body: bytes) -> Any:
        """Answer a request to /rd or below."""
        path = request.opt.uri_path
        if request.opt.content_format not in (None, _LINK_FORMAT):
            return _said(codes.UNSUPPORTED_CONTENT_FORMAT, "expected links, Content-Format 40")
        ways = {(1, codes.POST): self._register, (2, codes.POST): self._update, (2, codes.PUT): self._update}
        if (len(path), request.code) == (2, codes.DELETE):
            return self._deregister(path[1], request)
        way = ways.get((len(path), request.code))
        if way is None:
            return _said(
                codes.METHOD_NOT_ALLOWED, "expected POST /rd, POST /rd/<location> or DELETE /rd/<location>"
            )
        try:
            return way(request, body)
        except VersionError as error:
            self._counts["refused"] += 1
            return _said(codes.PRECONDITION_FAILED, str(error))
        except DecodeError as error:
            self._counts["refused"] += 1
            return _said(codes.BAD_REQUEST, str(error))

    def _register(self, request: Any, body: bytes) -> Any:
        asked = read_asked(request.opt.uri_query, body)
        if asked.endpoint is None or asked.paths is None:
            raise DecodeError("expected an endpoint (ep) and the links of what the device has")
        owner = _owner(request.remote)
        if owner not in (None, asked.endpoint):
            raise DecodeError(
                f"expected {owner!r}, whose key it is, to register itself, got {asked.endpoint!r}"
            )
        location = secrets.token_hex(_LOCATION_BYTES)
        invented = self._book.make_room(asked.endpoint)
        if invented is not None:
            self._counts["given_up"] += 1
            self._leave(invented)
        before = self._book.of(asked.endpoint)
        found = self._book.register(location, asked, request.remote, self._now())
        if found is None:
            self._counts["turned_away"] += 1
            answer = _said(codes.SERVICE_UNAVAILABLE, f"at most {self._settings.most} devices")
            answer.opt.max_age = _COME_AGAIN_S
            return answer
        if before is not None:
            self._leave(before)
        self._counts["registered"] += 1
        self._enter(found)
        self._tell_link(found.endpoint, lost=False)
        return aiocoap.Message(code=codes.CREATED, location_path=("rd", location))

    def _update(self, request: Any, body: bytes) -> Any:
        location = request.opt.uri_path[1]
        asked = read_asked(request.opt.uri_query, body)
        mine = self._may_change(location, request)
        changed = self._book.update(location, asked, request.remote, self._now()) if mine else None
        if changed is None:
            self._counts["unknown"] += 1
            return _said(codes.NOT_FOUND, "nobody is registered there; register anew")
        self._counts["updated"] += 1
        before, after = changed
        if (before.peer, before.paths, before.root, before.queued) != (
            after.peer,
            after.paths,
            after.root,
            after.queued,
        ):
            self._leave(before)
            self._enter(after)
        self._heard(location)
        return aiocoap.Message(code=codes.CHANGED)

    def _may_change(self, location: str, request: Any) -> bool:
        """A registration made under a key can be changed under that key only."""
        found = self._book.find(location)
        return found is not None and _owner(found.peer) == _owner(request.remote)

    def _deregister(self, location: str, request: Any) -> Any:
        found = self._book.remove(location) if self._may_change(location, request) else None
        if found is None:
            self._counts["unknown"] += 1
            return _said(codes.NOT_FOUND, "nobody is registered there")
        self._counts["left"] += 1
        self._leave(found)
        return aiocoap.Message(code=codes.DELETED)

    def _enter(self, registration: Registration) -> None:
        if self._group is None or self._line is None:
            return
        watch = Watch(registration, self._wanted, self._counts)

        async def told(path: Path, answer: Any) -> None:
            await self._hand_over(registration, path, answer)

        task = self._group.create_task(watch.run(self._line, told), name=f"lwm2m {registration.endpoint}")
        self._watches[registration.location] = watch, task

    def _leave(self, registration: Registration) -> None:
        found = self._watches.pop(registration.location, None)
        if found is not None:
            found[1].cancel()

    def _heard(self, location: str) -> None:
        found = self._watches.get(location)
        if found is not None:
            found[0].heard()

    def _tell_link(self, endpoint: DeviceId, *, lost: bool) -> None:
        """Say once when a device is out of reach, and once when it is back."""
        if self._lost.get(endpoint) is lost or self._group is None:
            return
        self._lost[endpoint] = lost
        while len(self._lost) > self._settings.most:
            del self._lost[next(iter(self._lost))]
        received_ms, trust = self._clock()
        reading = told_by_gateway(endpoint, lost, received_ms, trust)
        outcomes: asyncio.Queue[Outcome] = asyncio.Queue()
        item = Heard(
            source="coap",
            reading=reading,
            profile=self._settings.profile,
            settle=outcomes.put_nowait,
            where="registration ended" if lost else "registered",
        )
        self._group.create_task(self._keep(item, outcomes), name=f"lwm2m link of {endpoint}")

    async def _hand_over(self, registration: Registration, path: Path, answer: Any) -> None:
        self._book.answered(registration.location)
        received_ms, trust = self._clock()
        outcomes: asyncio.Queue[Outcome] = asyncio.Queue()
        where = f"{registration.endpoint} {path}"
        try:
            reading = reading_of(registration.endpoint, path, answer, received_ms, trust)
        except DecodeError as error:
            self._counts["refused"] += 1
            item: Heard | Refused = Refused(
                source="coap",
                where=where,
                payload=answer.payload[:_KEPT_OF_REFUSED],
                reason=str(error),
                received_ms=received_ms,
                trust=trust,
                settle=outcomes.put_nowait,
            )
        else:
            item = Heard(
                source="coap",
                reading=reading,
                profile=self._settings.profile,
                settle=outcomes.put_nowait,
                where=where,
            )
        await self._keep(item, outcomes)

    async def _keep(self, item: Heard | Refused, outcomes: "asyncio.Queue[Outcome]") -> None:
        """Offer until it is kept."""
        assert self._intake is not None
        while True:
            await self._intake.put(item)
            outcome = await outcomes.get()
            self._counts[outcome.value] += 1
            if outcome.kept:
                return
            await asyncio.sleep(_OFFER_AGAIN_AFTER_S)


def _owner(peer: Hashable) -> DeviceId | None:
    """Return which device has the key that a peer speaks under, none for plain CoAP."""
    return getattr(peer, "device", None)


def _said(code: Any, text: str) -> Any:
    return aiocoap.Message(code=code, payload=text.encode()[:500])
