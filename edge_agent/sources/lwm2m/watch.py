"""Reads and observes what one registered device has, one question at a time, and only while it can hear."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, Final

import aiocoap
from aiocoap import error as coap_error
from aiocoap.numbers import codes

from chassis import Backoff
from device_profiles.protocols.lwm2m import Path
from edge_agent.sources.lwm2m.book import Registration
from edge_agent.sources.lwm2m.line import Asked, Line

_ANSWER_WITHIN_S: Final = 93.0
"""MAX_TRANSMIT_WAIT (RFC 7252, 4.8.2)."""
_LONGEST_RETRY_S: Final = 3600.0
_LEAST_PAUSE_S: Final = 60.0
"""Whoever does not answer may be an address that somebody invented: ask it seldom."""
_MOST_WAITING: Final = 64
_AGAIN_AFTER_S: Final = 3600.0
READ_ONLY: Final = frozenset({3, 4})
"""Device and Connectivity hold a clock and counters that change all the time: they are read now and then."""


Told = Callable[[Path, Any], Awaitable[None]]
"""Takes what a device said of a path, and returns when it is kept."""


class QuietError(Exception):
    """The device did not answer; the text says what was waited for."""


class DeclinedError(Exception):
    """The device answered that it does not do what it was asked for."""


class Watch:
    """One device; `heard` whenever it has spoken, which is when a sleeping one can be asked."""

    def __init__(self, registration: Registration, wanted: frozenset[int], counts: Counter[str]) -> None:
        """Pick what is understood of what the device has."""
        self._registration = registration
        self._wanted = wanted
        self._counts = counts
        self._awake = True
        self._word = asyncio.get_running_loop().create_future()
        self._turn = asyncio.Lock()

    def heard(self) -> None:
        """Take note that the device is awake."""
        self._awake = True
        if not self._word.done():
            self._word.set_result(None)
        self._word = asyncio.get_running_loop().create_future()

    @property
    def paths(self) -> list[Path]:
        """What is asked for: instances, and objects of which the device named no instance."""
        given = [path for path in self._registration.paths if path.object in self._wanted]
        instanced = {path.object for path in given if path.instance is not None}
        return sorted(
            {path for path in given if path.instance is not None or path.object not in instanced}, key=str
        )

    async def run(self, line: Line, told: Told) -> None:
        """Ask until cancelled."""
        endpoint = self._registration.endpoint
        async with asyncio.TaskGroup() as group:
            for path in self.paths:
                group.create_task(self._follow(path, line, told), name=f"lwm2m {endpoint} {path}")

    async def _follow(self, path: Path, line: Line, told: Told) -> None:
        backoff = Backoff(_LONGEST_RETRY_S)
        while True:
            try:
                await self._once(path, line, told)
                backoff.succeeded()
                await self._word_within(backoff.failed())
            except DeclinedError:
                self._counts["declined"] += 1
                await asyncio.sleep(_AGAIN_AFTER_S)
            except (QuietError, coap_error.Error, OSError):
                self._counts["unanswered"] += 1
                self._awake = False
                pause_s = max(_LEAST_PAUSE_S, backoff.failed())
                await self._word_within(None if self._registration.queued else pause_s)

    async def _once(self, path: Path, line: Line, told: Told) -> None:
        """Observe until the device ends it; what cannot be observed, or need not, is read again after an hour."""
        observing = path.object not in READ_ONLY
        request, answer = await self._ask(path, line, 0 if observing else None)
        try:
            await told(path, answer)
            if observing and answer.opt.observe is not None:
                await self._notified(request.observation, path, told)
                return
            if observing:
                self._counts["not_observable"] += 1
        finally:
            request.end()
        await asyncio.sleep(_AGAIN_AFTER_S)

    async def _ask(self, path: Path, line: Line, observe: int | None) -> tuple[Asked, Any]:
        """Put one question, when no other is open and the device can hear (RFC 7252, 4.7: one at a time)."""
        async with self._turn:
            while self._registration.queued and not self._awake:
                await self._word_within(None)
            request = line.ask(self._registration.peer, self._question(path, observe))
            try:
                answer = await _answer(request)
            except BaseException:
                request.end()
                raise
        self.heard()
        if not answer.code.is_successful():
            request.end()
            raise DeclinedError(f"{path} answered {answer.code}")
        return request, answer

    async def _word_within(self, seconds: float | None) -> None:
        """Wait until the device speaks, or for so long."""
        await asyncio.wait({self._word}, timeout=seconds)

    async def _notified(self, observation: Any, path: Path, told: Told) -> None:
        """Take notifications at once, so that none is lost behind a slow disk, and hand them on in their order."""
        waiting: asyncio.Queue[Any] = asyncio.Queue(_MOST_WAITING)
        ended = ""
        async with asyncio.TaskGroup() as group:
            keeping = group.create_task(_keep(waiting, path, told), name=f"lwm2m keeping {path}")
            try:
                async for notification in observation:
                    self.heard()
                    self._take(notification, waiting)
            except (coap_error.Error, OSError) as error:  # a task group would wrap it
                ended = str(error) or type(error).__name__
            await waiting.join()
            keeping.cancel()
        if ended:
            raise QuietError(ended)

    def _take(self, notification: Any, waiting: "asyncio.Queue[Any]") -> None:
        if not notification.code.is_successful():
            self._counts["declined"] += 1
            return
        self._counts["notified"] += 1
        if waiting.full():
            waiting.get_nowait()
            waiting.task_done()
            self._counts["overtaken"] += 1
        waiting.put_nowait(notification)

    def _question(self, path: Path, observe: int | None) -> Any:
        root = self._registration.root.strip("/")
        segments = [*(root.split("/") if root else ()), *map(str, path.parts)]
        return aiocoap.Message(code=codes.GET, uri_path=segments, observe=observe)


async def _answer(request: Any) -> Any:
    try:
        async with asyncio.timeout(_ANSWER_WITHIN_S):
            return await request.response
    except TimeoutError as error:
        raise QuietError(f"no answer within {_ANSWER_WITHIN_S:g} s") from error


async def _keep(waiting: "asyncio.Queue[Any]", path: Path, told: Told) -> None:
    while True:
        notification = await waiting.get()
        await told(path, notification)
        waiting.task_done()
