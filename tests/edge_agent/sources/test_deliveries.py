"""What is new and what is sent again, against brokers that follow the standard and one that does not."""

from collections import Counter, deque

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from chassis import Arrival
from edge_agent.sources.deliveries import Deliveries, Delivery, Seen

WINDOW = 5


def arrival(
    topic: str, mid: int, *, again: bool = False, connection: int = 1, retained: bool = False
) -> Arrival:
    return Arrival(
        topic=topic, payload=b"x", mid=mid, qos=1, again=again, retained=retained, connection=connection
    )


def hear(deliveries: Deliveries, *arrivals: Arrival) -> list[Seen]:
    return [deliveries.hear(one)[0] for one in arrivals]


def test_equal_publishes_that_are_not_sent_again_are_both_new() -> None:
    deliveries = Deliveries()
    deliveries.connected(resumed=False)
    assert hear(deliveries, arrival("a", 1), arrival("a", 2)) == [Seen.NEW, Seen.NEW]


def test_a_lost_acknowledgement_is_recognised_by_dup_and_packet_id() -> None:
    deliveries = Deliveries()
    deliveries.connected(resumed=False)
    _, delivery = deliveries.hear(arrival("a", 7))
    delivery.kept = True
    deliveries.take(delivery)
    deliveries.connected(resumed=True)
    assert hear(deliveries, arrival("a", 7, again=True)) == [Seen.KEPT]


def test_the_same_packet_id_with_another_content_is_new() -> None:
    deliveries = Deliveries()
    deliveries.connected(resumed=False)
    deliveries.hear(arrival("a", 7))
    deliveries.connected(resumed=True)
    assert hear(deliveries, arrival("b", 7, again=True)) == [Seen.NEW]


def test_a_session_that_is_gone_repeats_nothing() -> None:
    deliveries = Deliveries()
    deliveries.connected(resumed=False)
    deliveries.hear(arrival("a", 1))
    deliveries.connected(resumed=False)
    assert hear(deliveries, arrival("a", 1)) == [Seen.NEW]


def test_without_dup_only_the_order_counts() -> None:
    deliveries = Deliveries()
    deliveries.connected(resumed=False)
    hear(deliveries, arrival("a", 1), arrival("b", 2))
    deliveries.connected(resumed=True)
    assert hear(deliveries, arrival("r", 9, retained=True)) == [Seen.NEW]  # sent when subscribing, in between
    assert hear(deliveries, arrival("a", 1), arrival("b", 2), arrival("a", 3)) == [
        Seen.WAITING,
        Seen.WAITING,
        Seen.NEW,
    ]


def test_settled_and_acknowledged_deliveries_are_forgotten() -> None:
    deliveries = Deliveries(most=10)
    deliveries.connected(resumed=False)
    for mid in range(1, 5000):
        _, delivery = deliveries.hear(arrival("a", mid))
        delivery.kept = True
        deliveries.take(delivery)
    assert len(deliveries._by_mid) <= 11
    assert not deliveries._now


class Broker(RuleBasedStateMachine):
    """A broker's session, the wire and a client with a disk, as brokers, networks and disks misbehave."""

    @initialize(marks=st.booleans())
    def begin(self, marks: bool) -> None:
        self.marks = marks  # mosquitto; else rumqttd, which numbers anew and marks nothing
        self.deliveries = Deliveries()
        self.deliveries.connected(resumed=False)
        self.connection = 1
        self.published: list[str] = []
        self.queued: deque[int] = deque()
        self.inflight: deque[tuple[int, int]] = deque()  # (packet id, publish)
        self.wire: deque[tuple[Arrival, int]] = deque()
        self.acks: deque[int] = deque()
        self.last_mid = 0
        self.order: deque[Arrival] = deque()
        self.taken: set[int] = set()
        self.open: list[Delivery] = []
        self.offered: Counter[int] = Counter()
        self.lost_acks = 0

    def send(self) -> None:
        while self.queued and len(self.inflight) < WINDOW:
            self.last_mid += 1
            number = self.queued.popleft()
            self.inflight.append((self.last_mid, number))
            self.wire.append((self.form(self.last_mid, number, again=False), number))

    def form(self, mid: int, number: int, *, again: bool) -> Arrival:
        return arrival(self.published[number], mid, again=again, connection=self.connection)

    @rule(topic=st.sampled_from("ab"))
    def publish(self, topic: str) -> None:
        self.published.append(topic)
        self.queued.append(len(self.published) - 1)
        self.send()

    @precondition(lambda self: self.wire)
    @rule()
    def read(self) -> None:
        got, number = self.wire.popleft()
        self.order.append(got)
        seen, delivery = self.deliveries.hear(got)
        if seen is Seen.NEW:
            self.offered[number] += 1
            self.open.append(delivery)
        elif seen is Seen.KEPT:
            self.take(delivery)

    @precondition(lambda self: self.open)
    @rule(which=st.integers(0, 9))
    def settle(self, which: int) -> None:
        delivery = self.open.pop(which % len(self.open))
        delivery.kept = True
        self.take(delivery)

    def take(self, delivery: Delivery) -> None:
        """As `MqttLink.take` does."""
        if delivery.arrival.connection != self.connection:
            return
        self.deliveries.take(delivery)
        self.taken.add(delivery.arrival.mid)
        while self.order and self.order[0].mid in self.taken:
            self.acks.append(self.order.popleft().mid)

    @precondition(lambda self: self.acks)
    @rule()
    def acknowledge(self) -> None:
        mid, _ = self.inflight.popleft()
        assert self.acks.popleft() == mid
        self.send()

    @rule(arrive=st.integers(0, 9))
    def reconnect(self, arrive: int) -> None:
        for _ in range(min(arrive, len(self.acks))):
            self.acknowledge()
        self.lost_acks += len(self.acks)
        self.acks.clear()
        self.wire.clear()
        self.order.clear()
        self.taken.clear()
        self.connection += 1
        self.deliveries.connected(resumed=True)
        sent, self.inflight = self.inflight, deque()
        if not self.marks:
            self.last_mid = 0
        for mid, number in sent:
            again = mid
            if not self.marks:
                self.last_mid += 1
                again = self.last_mid
            self.inflight.append((again, number))
            self.wire.append((self.form(again, number, again=self.marks), number))
        self.send()

    def teardown(self) -> None:
        if not hasattr(self, "wire"):
            return
        while self.wire or self.open or self.acks:
            while self.wire:
                self.read()
            while self.open:
                self.settle(0)
            while self.acks:
                self.acknowledge()
        assert not self.inflight
        assert not self.queued
        counted = [self.offered[number] for number in range(len(self.published))]
        if self.marks or not self.lost_acks:
            assert counted == [1] * len(counted)
        else:
            assert all(counted)


Broker.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestBroker = Broker.TestCase
