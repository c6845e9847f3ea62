"""Gateway and cloud stay in step under every loss, repeat, restart, clone and restore that Hypothesis finds."""

import copy
import itertools
import random
from dataclasses import dataclass, field

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from wire import Epoch, LaneAck, Seq, Stream
from wire.sync import Sender, SenderLimits, Slice, accept

Content = tuple[int, int]
"""What a row says: a number of its own, and the wall clock when it was taken."""
LIMITS = SenderLimits(
    batch_rows=4, lane_window=2, total_window=4, ack_timeout_s=10, grace_s=60, outage_s=30, outage_rows=6
)


@dataclass
class Disk:
    """What an outbox file holds: rows by (epoch, seq), and each epoch's numbers."""

    rows: dict[tuple[int, int], Content] = field(default_factory=dict)
    oldest: dict[int, int] = field(default_factory=dict)
    next: dict[int, int] = field(default_factory=dict)


@dataclass
class Gateway:
    """An agent: a disk, a Sender, and the epoch that it writes."""

    disk: Disk
    sender: Sender
    epoch: int


@dataclass
class Cloud:
    """A database: watermarks, rows with their count, gaps."""

    next: dict[int, int] = field(default_factory=dict)
    rows: dict[tuple[int, int], list[Content]] = field(default_factory=dict)
    gaps: set[tuple[int, int]] = field(default_factory=set)


@dataclass
class Up:
    """A batch in the network."""

    epoch: int
    first: int
    oldest: int
    rows: list[Content]


class SyncWorld(RuleBasedStateMachine):
    """One cloud, one or more gateways with the same name (a cloned card), a network that does what it likes."""

    @initialize()
    def begin(self) -> None:
        self.now = 0.0
        self.random = random.Random(1)
        self.contents = itertools.count()
        self.wall_ms = 1_790_000_000_000
        self.epochs = itertools.count(100)
        self.cloud = Cloud()
        self.backups: list[Cloud] = []
        self.ups: list[Up] = []
        self.downs: list[LaneAck] = []
        self.written: dict[tuple[int, int], Content] = {}
        self.stored_at: dict[tuple[int, int], float] = {}
        self.ever_gap: set[tuple[int, int]] = set()
        self.given_up: set[tuple[int, int]] = set()
        self.gateways = [self.start(Disk())]

    # -- gateways ------------------------------------------------------------------------------------------------

    def start(self, disk: Disk) -> Gateway:
        """Start an agent on a disk, as after a power cut: all its epochs are old, a fresh one is drawn."""
        sender = Sender(LIMITS, jitter=random.Random(7))
        for epoch in disk.next:
            sender.open(
                Stream.STATE, Epoch(epoch), oldest=disk.oldest[epoch], next=disk.next[epoch], closed=True
            )
        gateway = Gateway(disk, sender, 0)
        self.fresh_epoch(gateway)
        return gateway

    def fresh_epoch(self, gateway: Gateway) -> None:
        gateway.sender.close(Epoch(gateway.epoch))
        gateway.epoch = next(self.epochs)
        gateway.disk.oldest[gateway.epoch] = gateway.disk.next[gateway.epoch] = 0
        gateway.sender.open(Stream.STATE, Epoch(gateway.epoch))

    @rule(count=st.integers(1, 9), which=st.integers(0, 3))
    def observe(self, count: int, which: int) -> None:
        gateway = self.gateways[which % len(self.gateways)]
        for _ in range(count):
            number = gateway.disk.next[gateway.epoch]
            content = next(self.contents), self.wall_ms
            gateway.disk.rows[gateway.epoch, number] = self.written[gateway.epoch, number] = content
            gateway.disk.next[gateway.epoch] = number + 1
        gateway.sender.appended(Stream.STATE, Epoch(gateway.epoch), count, self.now)

    @rule(days=st.sampled_from([-30, 1, 400]))
    def wall_clock_jumps(self, days: int) -> None:
        """Rows say what the clock said, and nothing else may depend on it."""
        self.wall_ms += days * 86_400_000

    @rule(which=st.integers(0, 3))
    def restart(self, which: int) -> None:
        at = which % len(self.gateways)
        self.gateways[at] = self.start(self.gateways[at].disk)

    @rule(which=st.integers(0, 3))
    def clone_card(self, which: int) -> None:
        if len(self.gateways) < 3:
            self.gateways.append(self.start(copy.deepcopy(self.gateways[which % len(self.gateways)].disk)))

    @rule(which=st.integers(0, 3))
    def link_up(self, which: int) -> None:
        gateway = self.gateways[which % len(self.gateways)]
        if gateway.sender.linked(self.now):
            self.fresh_epoch(gateway)
        self.hello(gateway)

    @rule(which=st.integers(0, 3))
    def link_down(self, which: int) -> None:
        self.gateways[which % len(self.gateways)].sender.unlinked(self.now)

    @rule(which=st.integers(0, 3))
    def hello(self, gateway: Gateway | None = None, which: int = 0) -> None:
        gateway = gateway or self.gateways[which % len(self.gateways)]
        for lane in gateway.sender.lanes():
            self.ups.append(Up(lane.epoch, -1, lane.oldest, []))

    @rule(which=st.integers(0, 3), count=st.integers(1, 12))
    def evict(self, which: int, count: int) -> None:
        gateway = self.gateways[which % len(self.gateways)]
        for epoch in sorted(gateway.disk.next):
            low, high = gateway.disk.oldest[epoch], gateway.disk.next[epoch]
            if low < high:
                self.drop(gateway, epoch, min(high, low + count))
                return

    def drop(self, gateway: Gateway, epoch: int, below: int) -> None:
        for number in range(gateway.disk.oldest[epoch], below):
            del gateway.disk.rows[epoch, number]
            self.given_up.add((epoch, number))
        gateway.disk.oldest[epoch] = below
        gateway.sender.trimmed(Stream.STATE, Epoch(epoch), below)

    @rule(seconds=st.sampled_from([0.05, 1.0, 11.0, 70.0, 400.0]))
    def tick(self, seconds: float) -> None:
        self.now += seconds
        for gateway in self.gateways:
            while parts := gateway.sender.due(self.now):
                self.ups += [self.packed(gateway, part) for part in parts]
            assert gateway.sender.wake_at(self.now) > self.now, "awake without anything to send"
            for done in gateway.sender.expired(self.now):
                for number in range(gateway.disk.oldest[done.epoch], done.below):
                    stored = self.stored_at.get((done.epoch, number))
                    if (done.epoch, number) in self.ever_gap:
                        continue  # a clone of this card gave the row up and the cloud recorded that
                    assert stored is not None, "deleted without the cloud having it"
                    assert self.now - stored >= LIMITS.grace_s - 1, "deleted within the grace time"
                self.drop(gateway, done.epoch, done.below)
            for _, epoch in gateway.sender.forget():
                del gateway.disk.oldest[epoch], gateway.disk.next[epoch]

    def packed(self, gateway: Gateway, part: Slice) -> Up:
        end = part.end
        if end - part.first > 2 and self.random.random() < 0.2:
            end = Seq(end - 1)
            gateway.sender.shorten(part, end, self.now)
        rows = [gateway.disk.rows[part.epoch, number] for number in range(part.first, end)]
        return Up(part.epoch, part.first, part.oldest, rows)

    @rule(rounds=st.integers(1, 4))
    def good_days(self, rounds: int) -> None:
        """Everything that is under way arrives, and the answers too."""
        for _ in range(rounds):
            self.tick(1.0)
            self.exchange()

    # -- network -------------------------------------------------------------------------------------------------

    @rule(pick=st.integers(0, 99), keep=st.booleans())
    def deliver_up(self, pick: int, keep: bool) -> None:
        if self.ups:
            at = pick % len(self.ups)
            self.receive(self.ups[at] if keep else self.ups.pop(at))

    @rule(pick=st.integers(0, 99), keep=st.booleans(), which=st.integers(0, 3))
    def deliver_down(self, pick: int, keep: bool, which: int) -> None:
        if self.downs:
            at = pick % len(self.downs)
            self.hear(self.downs[at] if keep else self.downs.pop(at))

    @rule(up=st.booleans(), pick=st.integers(0, 99))
    def lose(self, up: bool, pick: int) -> None:
        bag: list[Up] | list[LaneAck] = self.ups if up else self.downs
        if bag:
            bag.pop(pick % len(bag))

    def exchange(self) -> bool:
        """Deliver all that is under way; True if there was anything."""
        ups, self.ups = self.ups, []
        for up in ups:
            self.receive(up)
        acks, self.downs = self.downs, []
        for ack in acks:
            self.hear(ack)
        return bool(ups or acks)

    # -- cloud ---------------------------------------------------------------------------------------------------

    def receive(self, up: Up) -> None:
        cloud = self.cloud
        watermark = cloud.next.get(up.epoch, 0)
        asked = up.first < 0
        first = up.oldest if asked else up.first
        verdict = accept(watermark, first=first, count=len(up.rows), oldest=up.oldest)
        for number in range(watermark, verdict.lost_end):
            cloud.gaps.add((up.epoch, number))
            self.ever_gap.add((up.epoch, number))
        fresh = up.rows[verdict.skip : verdict.skip + verdict.fresh]
        for number, content in enumerate(fresh, start=verdict.next - verdict.fresh):
            cloud.rows.setdefault((up.epoch, number), []).append(content)
            self.stored_at.setdefault((up.epoch, number), self.now)
        cloud.next[up.epoch] = verdict.next
        self.downs.append(
            LaneAck(
                stream=Stream.STATE,
                epoch=Epoch(up.epoch),
                next=Seq(verdict.next),
                first=Seq(up.first),
                refused=verdict.refused or asked,
            )
        )

    def hear(self, ack: LaneAck) -> None:
        for gateway in self.gateways:
            if gateway.sender.acked(ack, self.now):
                self.fresh_epoch(gateway)

    @rule()
    def back_up(self) -> None:
        self.backups.append(copy.deepcopy(self.cloud))

    @rule(pick=st.integers(0, 99))
    def restore(self, pick: int) -> None:
        if self.backups:
            self.cloud = copy.deepcopy(self.backups[pick % len(self.backups)])

    # -- what must hold ------------------------------------------------------------------------------------------

    @invariant()
    def never_twice_never_wrong(self) -> None:
        for key, contents in self.cloud.rows.items():
            assert contents == [self.written[key]], key

    @invariant()
    def every_number_below_the_watermark_is_a_row_or_a_gap(self) -> None:
        for epoch, upto in self.cloud.next.items():
            for number in range(upto):
                key = (epoch, number)
                assert (key in self.cloud.rows) != (key in self.cloud.gaps), key

    def teardown(self) -> None:
        """Heal everything: whatever the disks still hold must arrive, and only what they gave up may be missing."""
        for gateway in self.gateways:
            if not gateway.sender.up and gateway.sender.linked(self.now):
                self.fresh_epoch(gateway)
            self.hello(gateway)
        quiet = 0
        while quiet < 40:
            self.tick(11.0)
            quiet = 0 if self.exchange() else quiet + 1
        self.never_twice_never_wrong()
        self.every_number_below_the_watermark_is_a_row_or_a_gap()
        missing = {key for key in self.written if key not in self.cloud.rows}
        assert missing <= self.given_up
        assert missing <= self.cloud.gaps | {
            key for key in missing if key[1] >= self.cloud.next.get(key[0], 0)
        }


SyncWorld.TestCase.settings = settings(max_examples=300, stateful_step_count=60, deadline=None)
TestSyncWorld = pytest.mark.timeout(180)(SyncWorld.TestCase)


def world() -> SyncWorld:
    """A world whose steps a test writes down: cases that the model once found."""
    made = SyncWorld()
    made.begin()
    return made


def test_pinned_a_clone_gives_up_a_row_that_the_other_card_still_holds() -> None:
    """The cloud believes the clone's `oldest`; the row is a recorded gap, and the other card may delete it."""
    at = world()
    at.observe(count=1, which=0)
    at.clone_card(which=0)
    at.evict(which=1, count=1)
    at.hello(which=1)
    at.good_days(rounds=1)
    at.tick(seconds=70.0)
    at.teardown()
    assert at.cloud.gaps
    assert not at.cloud.rows


def test_pinned_a_cloud_restored_within_the_grace_time_is_healed_by_the_hello() -> None:
    at = world()
    at.link_up(which=0)
    at.back_up()
    at.observe(count=9, which=0)
    at.good_days(rounds=4)
    at.restore(pick=0)
    at.teardown()
    assert len(at.cloud.rows) == 9
    assert not at.cloud.gaps


def test_pinned_rows_deleted_before_a_restore_are_a_gap_and_the_rest_goes_on() -> None:
    at = world()
    at.link_up(which=0)
    at.back_up()
    at.observe(count=5, which=0)
    at.good_days(rounds=3)
    at.tick(seconds=70.0)
    at.observe(count=3, which=0)
    at.restore(pick=0)
    at.teardown()
    assert len(at.cloud.gaps) == 5
    assert len(at.cloud.rows) == 3


def test_pinned_a_restart_in_mid_flight_drains_two_epochs() -> None:
    at = world()
    at.link_up(which=0)
    at.observe(count=6, which=0)
    at.tick(seconds=1.0)
    at.lose(up=True, pick=1)
    at.restart(which=0)
    at.observe(count=2, which=0)
    at.teardown()
    assert len(at.cloud.rows) == 8
    assert not at.cloud.gaps


def test_pinned_a_window_that_times_out_makes_room_at_once() -> None:
    """Batches that timed out in this very moment must not count as in flight: other lanes may send now."""
    at = world()
    at.observe(count=5, which=0)
    at.observe(count=2, which=0)
    at.clone_card(which=0)
    at.observe(count=8, which=1)
    at.restart(which=1)
    at.link_up(which=1)
    at.good_days(rounds=1)
    at.tick(seconds=0.05)
    at.observe(count=1, which=1)
    at.teardown()
    assert len(at.cloud.rows) == 16
