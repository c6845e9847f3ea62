"""Hears devices and network servers over MQTT, and acknowledges a publish only when it is kept."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Final

from chassis import Arrival, MqttLink, MqttPlan
from device_profiles import DecodeError, NoBytesError, Shelf
from edge_agent.sources.deliveries import Deliveries, Delivery, Seen, content_of
from edge_agent.sources.heard import Clock, Heard, Intake, Outcome, Refused
from edge_agent.sources.routes import Route, plan_names, plan_routes, understand_arrival, with_identity
from edge_agent.sources.settings import MqttSourceSettings

log = logging.getLogger(__name__)
_MOST_OPEN: Final = 4000
"""Publishes that are understood but not settled; a broker's window is far smaller, QoS 0 knows none."""
_OFFER_AGAIN_AFTER_S: Final = 5.0
_KEPT_OF_REFUSED: Final = 4096
_LONGEST_WHERE: Final = 1024
_MOST_SAID: Final = 100
_PRIVATE_REFUSED: Final = (
    "a private device's publish was not written as its route says; nothing of it is kept"
)
Item = Heard | Refused


class MqttSource:
    """One broker. See docs/sources.md for what is counted once, and why, when broker, network or agent fail."""

    def __init__(self, settings: MqttSourceSettings, shelf: Shelf, clock: Clock, gateway: str) -> None:
        """Check the settings; nothing is opened before `run`.

        Raises:
            ConfigError: a setting cannot work, or names a profile that does not exist.
        """
        self.name = settings.name
        self._shelf, self._clock = shelf, clock
        table = f"sources.mqtt {settings.name!r}"
        self._routes = plan_routes(settings.routes, shelf, table=table)
        self._by_name = plan_names(settings.by_name, shelf, table=table)
        self._client_id = settings.client_id or f"lilong-{gateway}-{settings.name}"
        plan = MqttPlan(
            client_id=self._client_id,
            topics=[route.filter for route in self._routes],
            on_arrival=self._arrived,
            on_up=self._up,
            on_down=self._down,
            keep_session=True,
        )
        self.link = MqttLink(settings.broker, plan)
        self._deliveries = Deliveries()
        self._open: dict[int, tuple[Item, Delivery | None]] = {}
        self._number = 0
        self._waiting: asyncio.Queue[int] = asyncio.Queue()  # bounded by what is open
        self._failed: asyncio.Queue[int] = asyncio.Queue()
        self._overrun = False
        self._deaf_since_s: float | None = None
        self._said: set[str] = set()
        self._counts: Counter[str] = Counter()

    async def run(self, intake: Intake) -> None:
        """Hear until cancelled."""
        self._deaf_since_s = time.monotonic()
        async with asyncio.TaskGroup() as group:
            group.create_task(self.link.run(), name=f"{self.name} link")
            group.create_task(self._hand_over(intake), name=f"{self.name} hand over")
            group.create_task(self._offer_again(), name=f"{self.name} offer again")

    def counts(self) -> Mapping[str, int]:
        """Return what happened; `deaf_ms` is for how long the broker has been out of reach (0 = it is not)."""
        since = self._deaf_since_s
        deaf_ms = 0 if since is None else int((time.monotonic() - since) * 1000)
        return {**self._counts, "reconnects": self.link.reconnects, "deaf_ms": deaf_ms}

    # -- from the link -------------------------------------------------------------------------------------------

    def _up(self) -> None:
        self._deaf_since_s = None
        self._overrun = False
        self._deliveries.connected(resumed=self.link.resumed)

    def _down(self) -> None:
        self._deaf_since_s = time.monotonic()

    def _arrived(self, arrival: Arrival) -> None:
        self._counts["arrived"] += 1
        if self._overrun or len(self._open) >= _MOST_OPEN:
            self._turn_away(arrival)
            return
        if not arrival.qos:
            self._understand(arrival, None)
            return
        seen, delivery = self._deliveries.hear(arrival)
        if seen is Seen.NEW:
            self._understand(arrival, delivery)
        else:
            self._counts["sent_again"] += 1
        if seen is Seen.KEPT:
            self._take(delivery)

    def _turn_away(self, arrival: Arrival) -> None:
        """No room: what has QoS 1 stays with the broker, and so does all that follows, until there is room again."""
        if arrival.qos:
            self._overrun = True
            self._counts["left_with_broker"] += 1
        else:
            self._counts["lost_qos0"] += 1
            if self._first("full"):
                log.warning(
                    "%s: no room for QoS 0 publishes, they are lost; let devices use QoS 1", self.name
                )

    # -- from arrival to item ------------------------------------------------------------------------------------

    def _understand(self, arrival: Arrival, delivery: Delivery | None) -> None:
        route = next((route for route in self._routes if route.matches(arrival.topic)), None)
        if route is None:
            self._counts["unrouted"] += 1
            if self._first("unrouted"):
                log.warning(
                    "%s: %s is heard because of an earlier configuration; change client_id to end it",
                    self.name,
                    arrival.topic[:_LONGEST_WHERE],
                )
            self._pass_over(delivery)
            return
        item = self._item(route, arrival)
        if item is None:
            self._pass_over(delivery)
            return
        self._open[self._number] = (item, delivery)
        self._waiting.put_nowait(self._number)
        self._number += 1

    def _item(self, route: Route, arrival: Arrival) -> Item | None:
        """Make what the pipeline takes; None for what says nothing of the device, which is only counted."""
        received_ms, trust = self._clock()
        settle = partial(self._settle, self._number)
        identity = self._identity(arrival)
        surely_new = bool(identity) and not arrival.again
        try:
            understood = understand_arrival(route, arrival, received_ms, trust)
        except NoBytesError:
            self._counts["without_bytes"] += 1
            return None
        except DecodeError as error:
            self._counts["refused"] += 1
            private = self._private(route)
            return Refused(
                source=self.name,
                where=arrival.topic[:_LONGEST_WHERE],
                payload=b"" if private else arrival.payload[:_KEPT_OF_REFUSED],
                reason=_PRIVATE_REFUSED if private else str(error),
                received_ms=received_ms,
                trust=trust,
                settle=settle,
                identity=identity,
                surely_new=surely_new,
            )
        reading = understood.reading
        if arrival.retained and (reading.at_ms is None or not reading.identity):
            self._counts["retained"] += 1  # nobody knows when it was true
            return None
        return Heard(
            source=self.name,
            reading=with_identity(reading, identity),
            profile=self._profile(route, understood.hint),
            settle=settle,
            surely_new=surely_new and not reading.identity,
            where=arrival.topic[:_LONGEST_WHERE],
            kind=understood.hint,
        )

    def _profile(self, route: Route, hint: str) -> str:
        if route.profile or not hint:
            return route.profile
        if hint in self._by_name:
            return self._by_name[hint]
        if hint in self._shelf.keys():  # noqa: SIM118  # a shelf is no mapping
            return hint
        if self._first(hint):
            log.warning("%s: no profile for devices called %r; add the name to by_name", self.name, hint)
        return ""

    def _private(self, route: Route) -> bool:
        """Whether the bytes of this route's devices may be kept nowhere, readable or not."""
        return bool(route.profile) and self._shelf.profile(route.profile).private

    def _identity(self, arrival: Arrival) -> str:
        """What makes a publish itself within this session: its packet id together with what it says."""
        return f"mqtt:{self._client_id}:{arrival.mid}:{content_of(arrival)}" if arrival.qos else ""

    # -- from item to acknowledgement ----------------------------------------------------------------------------

    async def _hand_over(self, intake: Intake) -> None:
        while True:
            item, _ = self._open[await self._waiting.get()]
            await intake.put(item)

    async def _offer_again(self) -> None:
        """What could not be kept stays unacknowledged and is offered again, so that it needs no reconnect."""
        while True:
            number = await self._failed.get()
            await asyncio.sleep(_OFFER_AGAIN_AFTER_S)
            self._waiting.put_nowait(number)
            while not self._failed.empty():
                self._waiting.put_nowait(self._failed.get_nowait())

    def _settle(self, number: int, outcome: Outcome) -> None:
        self._counts[outcome.value] += 1
        if not outcome.kept:
            self._failed.put_nowait(number)
            return
        _, delivery = self._open.pop(number)
        if delivery is not None:
            delivery.kept = True
            self._take(delivery)
        if self._overrun and len(self._open) <= _MOST_OPEN // 2:
            self.link.reconnect()  # the broker sends again what found no room

    def _take(self, delivery: Delivery) -> None:
        if self.link.take(delivery.arrival):
            self._deliveries.take(delivery)

    def _pass_over(self, delivery: Delivery | None) -> None:
        """Nothing is to be kept of this publish: the broker may forget it."""
        if delivery is not None:
            delivery.kept = True
            self._take(delivery)

    def _first(self, what: str) -> bool:
        """Whether this is to be logged: once, and not for ever new names."""
        if what in self._said or len(self._said) >= _MOST_SAID:
            return False
        self._said.add(what)
        return True
