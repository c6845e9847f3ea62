"""Tells a publish that a broker sends again from a new one that is equal to it.

What a broker sends again after a reconnect is what was not acknowledged, in the old order, before anything new. By the
standard it carries DUP and its old packet id (MQTT 3.1.1, sections 3.3.1 and 4.4); mosquitto does that. rumqttd
numbers it anew and does not mark it, so there only the order tells: what this process has heard and surely not
acknowledged comes first. A broker that lost the session sends nothing again.
"""

from collections import deque
from enum import Enum, auto

from chassis import Arrival
from edge_agent.sources.opening import hash_of


class Seen(Enum):
    """Whether an arrival was heard before in this process, and what became of it."""

    NEW = auto()
    WAITING = auto()  # heard before, not kept yet: once it is kept, its newest arrival is taken
    KEPT = auto()  # heard before and kept: to be taken at once


class Delivery:
    """One publish on its way to the disk; `arrival` is the newest form in which the broker sent it."""

    def __init__(self, arrival: Arrival) -> None:
        """Start as heard, neither kept nor taken."""
        self.arrival = arrival
        self.content = content_of(arrival)
        self.kept = False
        self.taken = False


class Deliveries:
    """The QoS 1 publishes of one session; acknowledgements leave in the order of arrival, as `MqttLink.take` does."""

    def __init__(self, most: int = 1000) -> None:
        """Remember at most `most` publishes that were acknowledged; the others are bounded by the broker's window."""
        self._most = most
        self._now: deque[Delivery] = deque()
        self._owed: deque[Delivery] = deque()
        self._by_mid: dict[int, Delivery] = {}

    def connected(self, *, resumed: bool) -> None:
        """Begin a connection; `resumed` says whether the broker still knows the session."""
        self._owed = deque((*self._now, *self._owed) if resumed else ())
        self._now.clear()
        if not resumed:
            self._by_mid.clear()

    def hear(self, arrival: Arrival) -> tuple[Seen, Delivery]:
        """Take an arrival of QoS 1 and return what it is."""
        content = content_of(arrival)
        found = self._marked(arrival, content) if arrival.again else self._next(arrival, content)
        delivery = found or Delivery(arrival)
        delivery.arrival, delivery.taken = arrival, False
        self._by_mid.pop(arrival.mid, None)
        self._by_mid[arrival.mid] = delivery
        self._now.append(delivery)
        if found is None:
            return Seen.NEW, delivery
        return (Seen.KEPT if delivery.kept else Seen.WAITING), delivery

    def take(self, delivery: Delivery) -> None:
        """The link took the delivery's newest arrival: its acknowledgement leaves after those before it."""
        delivery.taken = True
        while self._now and self._now[0].taken:
            self._now.popleft()
        while len(self._by_mid) > self._most and self._by_mid[oldest := next(iter(self._by_mid))].taken:
            del self._by_mid[oldest]

    def _marked(self, arrival: Arrival, content: str) -> Delivery | None:
        """The latest publish that had this packet id, if it said the same."""
        self._owed.clear()  # a broker that marks what it repeats marks all of it
        before = self._by_mid.get(arrival.mid)
        return before if before is not None and before.content == content else None

    def _next(self, arrival: Arrival, content: str) -> Delivery | None:
        """The next publish that the broker owes us from before the reconnect, if this one says the same."""
        if arrival.retained or not self._owed:
            return None
        if self._owed[0].content == content:
            return self._owed.popleft()
        self._owed.clear()  # something new: nothing old follows
        return None


def content_of(arrival: Arrival) -> str:
    """Return what stands for topic and payload."""
    return hash_of(arrival.topic.encode("utf-8", "surrogatepass"), arrival.payload)
