"""Observes resources of CoAP devices (RFC 7641): asks again when a device has gone quiet or forgotten us."""

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, Final
from urllib.parse import urlsplit

import aiocoap
from aiocoap import error as coap_error
from aiocoap.numbers import codes
from msgspec import Struct

from chassis import Backoff, ConfigError
from device_profiles import DecodeError, Reading, Shelf, check_device
from device_profiles.protocols.lwm2m import read_path
from edge_agent.sources.heard import Clock, Heard, Intake, Outcome, Refused
from edge_agent.sources.lwm2m import reading_of
from edge_agent.sources.named import profile_named
from edge_agent.sources.opening import open_payload
from edge_agent.sources.settings import ObserveSettings, Written
from wire import TimeTrust

log = logging.getLogger(__name__)
_LOGGER: Final = "lilong.coap"
_ANSWER_WITHIN_S: Final = 93.0
"""MAX_TRANSMIT_WAIT (RFC 7252, 4.8.2)."""
_DEFAULT_MAX_AGE_S: Final = 60
_PATH: Final = re.compile(r"(?:/\d{1,5}){1,4}")
_LATE_S: Final = (5.0, 15.0)
"""RFC 7641, 3.3.1: after Max-Age a client waits 5 to 15 s by chance before it registers again."""
_LONGEST_RETRY_S: Final = 300.0
_OFFER_AGAIN_AFTER_S: Final = 5.0
_KEPT_OF_REFUSED: Final = 4096
_FORMATS: Final = {
    110: Written.SENML_JSON,
    111: Written.SENSML_JSON,
    112: Written.SENML_CBOR,
    113: Written.SENSML_CBOR,
}


class Lost(Exception):
    """An observation that has ended; the text says why."""


class Watched(Struct, frozen=True, kw_only=True):
    """One resource with its profile looked up."""

    settings: ObserveSettings
    profile: str


class ObserveSource:
    """All observed resources. The library acknowledges a notification at once; what is lost with the agent before its
    commit is made up for at the next start, because registering brings the newest state."""

    name = "observe"

    def __init__(self, settings: Sequence[ObserveSettings], shelf: Shelf, clock: Clock) -> None:
        """Check the settings; nothing is opened before `run`.

        Raises:
            ConfigError: a URI or a device's id cannot be one, or a profile does not exist.
        """
        self._watched = [_watched(one, shelf) for one in settings]
        self._clock = clock
        self._counts: Counter[str] = Counter()
        self._chance = Random()

    async def run(self, intake: Intake) -> None:
        """Observe until cancelled."""
        logging.getLogger(_LOGGER).setLevel(logging.ERROR)
        context = await aiocoap.Context.create_client_context(loggername=_LOGGER, transports=["udp6"])
        try:
            async with asyncio.TaskGroup() as group:
                for one in self._watched:
                    group.create_task(self._watch(context, one, intake), name=f"observe {one.settings.uri}")
        finally:
            await context.shutdown()

    def counts(self) -> Mapping[str, int]:
        """Return what was heard and how often an observation had to begin again."""
        return dict(self._counts)

    async def _watch(self, context: Any, one: Watched, intake: Intake) -> None:
        backoff = Backoff(_LONGEST_RETRY_S)
        said = ""
        while True:
            heard = self._counts["heard"]
            try:
                await self._observe(context, one, intake)
            except (Lost, coap_error.Error, OSError) as error:
                why = str(error) or type(error).__name__
                if why != said:
                    log.warning("%s: %s; registering again", one.settings.uri, why)
                said = why
                self._counts["lost"] += 1
            if self._counts["heard"] != heard:
                backoff.succeeded()
                said = ""
            await asyncio.sleep(backoff.failed())

    async def _observe(self, context: Any, one: Watched, intake: Intake) -> None:
        """Register, hand over what comes, return or raise when the observation is over."""
        request = context.request(aiocoap.Message(code=codes.GET, uri=one.settings.uri, observe=0))
        try:
            try:
                async with asyncio.timeout(_ANSWER_WITHIN_S):
                    answer = await request.response
            except TimeoutError as error:
                raise Lost(f"no answer within {_ANSWER_WITHIN_S:g} s") from error
            notifications = aiter(request.observation)
            while True:
                await self._hand_over(answer, one, intake)
                fresh_s = float(_DEFAULT_MAX_AGE_S if answer.opt.max_age is None else answer.opt.max_age)
                if (
                    answer.opt.observe is None
                ):  # the device does not do observations: ask again when it is old
                    await asyncio.sleep(max(fresh_s, _LATE_S[0]))
                    return
                answer = await self._next(notifications, fresh_s)
        finally:
            if not request.response.done():
                request.response.cancel()
            if not request.observation.cancelled:
                request.observation.cancel()

    async def _next(self, notifications: Any, fresh_s: float) -> Any:
        try:
            async with asyncio.timeout(fresh_s + self._chance.uniform(*_LATE_S)):
                return await anext(notifications)
        except TimeoutError as error:
            self._counts["stale"] += 1
            raise Lost(f"no news within its Max-Age of {fresh_s:g} s") from error
        except StopAsyncIteration as error:
            raise Lost("the device has ended the observation") from error

    async def _hand_over(self, answer: Any, one: Watched, intake: Intake) -> None:
        if not answer.code.is_successful():
            raise Lost(f"answered {answer.code} {answer.payload[:80].decode(errors='replace')}".rstrip())
        self._counts["heard"] += 1
        received_ms, trust = self._clock()
        settings = one.settings
        outcomes: asyncio.Queue[Outcome] = asyncio.Queue()
        try:
            reading = _reading(answer, settings, received_ms, trust)
        except DecodeError as error:
            self._counts["refused"] += 1
            item: Heard | Refused = Refused(
                source=self.name,
                where=settings.uri,
                payload=answer.payload[:_KEPT_OF_REFUSED],
                reason=str(error),
                received_ms=received_ms,
                trust=trust,
                settle=outcomes.put_nowait,
            )
        else:
            item = Heard(
                source=self.name,
                reading=reading,
                profile=one.profile,
                settle=outcomes.put_nowait,
                where=settings.uri,
            )
        await self._keep(item, intake, outcomes)

    async def _keep(self, item: Heard | Refused, intake: Intake, outcomes: asyncio.Queue[Outcome]) -> None:
        """Offer until it is kept; meanwhile the library holds the newest notification only, as Observe allows."""
        while True:
            await intake.put(item)
            outcome = await outcomes.get()
            self._counts[outcome.value] += 1
            if outcome.kept:
                return
            await asyncio.sleep(_OFFER_AGAIN_AFTER_S)


def _reading(answer: Any, settings: ObserveSettings, received_ms: int, trust: TimeTrust) -> Reading:
    """Return the reading in an answer; where the URI is an LwM2M path, LwM2M's own forms are read, too."""
    form = answer.opt.content_format
    if form is not None and form not in _FORMATS and _PATH.fullmatch(urlsplit(settings.uri).path):
        path = read_path(urlsplit(settings.uri).path)
        return reading_of(check_device(settings.device), path, answer, received_ms, trust)
    written = _FORMATS.get(form, settings.format)
    return open_payload(settings.device, answer.payload, written, received_ms, trust)


def _watched(settings: ObserveSettings, shelf: Shelf) -> Watched:
    parts = urlsplit(settings.uri)
    try:
        check_device(settings.device)
        if parts.scheme != "coap" or not parts.hostname or parts.fragment or parts.port == 0:
            raise ConfigError(
                f"table [sources.observe]: expected a URI like coap://host/path, got {settings.uri!r}"
            )
        aiocoap.Message(code=codes.GET, uri=settings.uri)
    except (ValueError, DecodeError) as error:
        raise ConfigError(f"table [sources.observe], uri {settings.uri!r}: {error}") from error
    where = f"table [sources.observe], uri {settings.uri!r}: key 'profile'"
    return Watched(settings=settings, profile=profile_named(shelf, settings.profile, where))
