"""Master of one line: asks its devices in turn, and hands over what they answer and whether they do."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Final, TypeVar

from chassis import Backoff
from device_profiles import Reading, Shelf
from edge_agent.sources.bus.devices import Polled, check_port, polled_devices
from edge_agent.sources.bus.exchange import LONGEST_ANSWER, Asked, Came, Exchange, Fate
from edge_agent.sources.bus.keeping import Keeping
from edge_agent.sources.bus.line import Line, LineLost
from edge_agent.sources.bus.rota import Ask, Change, Rota
from edge_agent.sources.bus_tables import BusSettings
from edge_agent.sources.heard import Clock, Heard, Intake, Outcome, Refused
from wire import Observation, PropertyName

log = logging.getLogger(__name__)
T = TypeVar("T")
LINK_LOST: Final = PropertyName("device.link_lost")
_LONGEST_RETRY_S: Final = 30.0
_END_WITHIN_S: Final = 2.0
_LEAST_GAP_S: Final = 0.1
_GAP_CHARACTERS: Final = 20
_KEPT_OF_BROKEN: Final = 512
_LEAST_SLEEP_S: Final = 0.001
_MOST_SLEEP_S: Final = 60.0
_COUNTED: Final = {Fate.ANSWERED: "answered", Fate.BROKEN: "broken", Fate.SILENT: "timeouts"}


class BusSource:
    """A line with its devices; the port is opened, lost and opened again in a thread of its own, one job at a time."""

    def __init__(
        self, settings: BusSettings, shelf: Shelf, clock: Clock, *, where: str = "table [sources.bus]"
    ) -> None:
        """Check the settings; nothing is opened before `run`.

        Raises:
            ConfigError: a port cannot be one, a profile cannot be asked, or an address is none.
        """
        check_port(settings, where)
        self.devices = polled_devices(settings, shelf, where)
        self._settings, self._clock = settings, clock
        self._line = Line(settings)
        self._rota = Rota([one.place for one in self.devices], settings.retries, time.monotonic())
        self._keeping = Keeping()
        self._counts: Counter[str] = Counter()
        self._deaf_since_s: float | None = None
        self._told_lost = False
        self._hands: ThreadPoolExecutor | None = None

    @property
    def name(self) -> str:
        """The line's name."""
        return self._settings.name

    def counts(self) -> Mapping[str, int]:
        """Return what was asked and heard on the line, and how many of its devices are dead."""
        since_s = self._deaf_since_s
        deaf_ms = 0 if since_s is None else max(1, round((time.monotonic() - since_s) * 1000))
        asked = {
            name: self._counts[name] for name in ("asked", "answered", "acknowledged", "timeouts", "broken")
        }
        more = {"stray": self._line.stray, "reopened": self._counts["reopened"]}
        dead = {"devices": len(self.devices), "dead": self._rota.dead}
        return {**asked, **more, **dead, **self._keeping.counts(), "deaf_ms": deaf_ms}

    async def run(self, intake: Intake) -> None:
        """Ask until cancelled."""
        self._deaf_since_s = time.monotonic()
        hands = self._hands = ThreadPoolExecutor(1, thread_name_prefix=f"bus {self.name}")
        try:
            await self._stay_open(intake)
        finally:
            self._line.stop()
            closing = asyncio.wrap_future(hands.submit(self._line.close))
            hands.shutdown(wait=False)
            with suppress(TimeoutError):
                async with asyncio.timeout(_END_WITHIN_S):
                    await closing

    async def _stay_open(self, intake: Intake) -> None:
        """Open the port whenever it is not; a loss is told once, and not at all where it is open again at once."""
        backoff = Backoff(_LONGEST_RETRY_S)
        while True:
            answered = self._answered()
            try:
                await self._do(self._line.open)
                await self._ask_on(intake)
            except LineLost as error:
                self._rota.dropped()
                if self._answered() != answered:
                    backoff.succeeded()
                    self._counts["reopened"] += 1
                    continue
                self._lost(error)
            await asyncio.sleep(backoff.failed())

    def _lost(self, error: LineLost) -> None:
        if not self._told_lost:
            log.warning("line %s: %s is lost: %s; trying again", self.name, self._settings.port, error)
        self._told_lost = True
        self._deaf_since_s = self._deaf_since_s or time.monotonic()

    def _works(self) -> None:
        """The port took a question, whatever came of it: a converter may open and hang up again."""
        if self._told_lost:
            log.warning("line %s: %s is back", self.name, self._settings.port)
        self._deaf_since_s, self._told_lost = None, False

    def _answered(self) -> int:
        return self._counts["answered"] + self._counts["acknowledged"]

    async def _ask_on(self, intake: Intake) -> None:
        while True:
            await self._keeping.room(intake)
            now_s = time.monotonic()
            ask = self._rota.next(now_s)
            if ask is None:
                await asyncio.sleep(min(max(self._rota.wake_s(now_s) - now_s, _LEAST_SLEEP_S), _MOST_SLEEP_S))
                continue
            came = await self._asked(ask)
            self._works()
            self._counts["acknowledged" if _only_acknowledges(came) else _COUNTED[came.fate]] += 1
            upshot = self._rota.told(came.fate is Fate.ANSWERED, time.monotonic(), late=came.late)
            await self._hand_over(self.devices[ask.device], came, intake, again=upshot.again)
            if upshot.change is not None:
                await self._keeping.hand_over(self._link(upshot.change), intake)

    async def _asked(self, ask: Ask) -> Came:
        one, settings = self.devices[ask.device], self._settings
        character_s = settings.character_s
        exchange = Exchange(
            Asked(
                dialogue=one.dialogue,
                address=one.address,
                question=one.questions[ask.question],
                timeout_s=one.place.timeout_s,
                gap_s=max(_LEAST_GAP_S, _GAP_CHARACTERS * character_s),
                longest_s=LONGEST_ANSWER * character_s,
            )
        )
        self._counts["asked"] += 1
        return await self._do(partial(self._line.converse, exchange, ask.doubt_s))

    async def _do(self, work: Callable[[], T]) -> T:
        assert self._hands is not None
        return await asyncio.get_running_loop().run_in_executor(self._hands, work)

    async def _hand_over(self, one: Polled, came: Came, intake: Intake, *, again: bool) -> None:
        """Hand over an answer, and what is given up as broken; what is silent, or asked again, is only counted."""
        if _only_acknowledges(came):
            return
        if came.fate is Fate.ANSWERED:
            await self._keeping.hand_over(self._heard(one, came.octets), intake)
        elif came.fate is Fate.BROKEN and not again:
            await self._keeping.hand_over(self._broken(one, came), intake)

    def _broken(self, one: Polled, came: Came) -> Refused:
        received_ms, trust = self._clock()
        kept, reason = came.octets[:_KEPT_OF_BROKEN], came.reason
        if one.profile.private:  # a reason may show bytes
            kept, reason = b"", f"a broken answer ({len(came.octets)} private bytes not kept)"
        return Refused(
            source=self.name,
            where=f"{one.device} at {one.address}",
            payload=kept,
            reason=reason,
            received_ms=received_ms,
            trust=trust,
            settle=_nobody,
        )

    def _heard(self, one: Polled, payload: bytes, observed: Sequence[Observation] = ()) -> Heard:
        received_ms, trust = self._clock()
        return Heard(
            source=self.name,
            reading=Reading(device=one.device, payload=payload, received_ms=received_ms, trust=trust),
            profile=one.profile.key,
            settle=_nobody,
            where=f"{self._settings.port} {one.address}",
            observed=observed,
        )

    def _link(self, change: Change) -> Heard:
        """Say that a device is lost, or that it answers."""
        one = self.devices[change.device]
        log.info(
            "line %s: %s at %s %s",
            self.name,
            one.device,
            one.address,
            "is lost" if change.lost else "answers",
        )
        at_ms, trust = self._clock()
        row = Observation(
            device=one.device, property=LINK_LOST, value=int(change.lost), at_ms=at_ms, trust=trust
        )
        return self._heard(one, b"", (row,))


def _only_acknowledges(came: Came) -> bool:
    """Say whether a device only confirms that it heard (M-Bus' E5): one character is no protocol's reading."""
    return came.fate is Fate.ANSWERED and len(came.octets) == 1


def _nobody(_: Outcome) -> None:
    """Nobody waits for an acknowledgement: `Keeping` settles in its own way."""
