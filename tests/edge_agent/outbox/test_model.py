"""Whatever happens to an outbox, in whatever order, it holds what a dictionary would hold."""

import random
import shutil
import tempfile
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from edge_agent.outbox import Entry, Fate, Outbox, OutboxLimits, Receipt
from tests.edge_agent.outbox.rows import everything, held, read, row
from wire import Epoch, Observation, Seq, Stream

LIMITS = OutboxLimits(
    most_bytes=400_000, quotas={Stream.ALARM: 0.2, Stream.STATE: 0.4, Stream.TELEMETRY: 0.2}
)
Key = tuple[Stream, Epoch]


@dataclass
class Lane:
    """The rows of a lane from the first on, and the lowest that is still held."""

    rows: list[Observation] = field(default_factory=list)
    oldest: int = 0
    acked: int = 0

    @property
    def held(self) -> list[Observation]:
        return self.rows[self.oldest :]


class Machine(RuleBasedStateMachine):
    """One outbox beside its model."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="outbox-"))
        self.turn = 0
        self.number = 0
        self.lanes: dict[Key, Lane] = {}
        self.facts: dict[str, str] = {}
        self.seen: set[bytes] = set()
        self.lost = 0
        self.outbox: Outbox | None = None
        # A block's length depends on its epoch: drawn alike every time, so that Hypothesis can repeat what it found.
        draw = random.Random(1).getrandbits
        self.drawing = patch("edge_agent.outbox.ledger.secrets.randbits", side_effect=draw)
        self.drawing.start()

    @property
    def path(self) -> Path:
        return self.folder / str(self.turn) / "outbox.db"

    @property
    def box(self) -> Outbox:
        assert self.outbox is not None
        return self.outbox

    @initialize()
    def start(self) -> None:
        self.path.parent.mkdir()
        self._open()

    def teardown(self) -> None:
        if self.outbox is not None:
            self.outbox.close()
        self.drawing.stop()
        shutil.rmtree(self.folder)

    # -- what may happen -----------------------------------------------------------------------------------------

    @rule(
        group=st.lists(
            st.tuples(st.integers(0, 30), st.lists(st.sampled_from(list(Stream)), max_size=3)), max_size=12
        )
    )
    def commit(self, group: list[tuple[int, list[Stream]]]) -> None:
        entries = []
        for identity, streams in group:
            rows = [(stream, self._row()) for stream in streams]
            name = b"reading %d" % identity if identity else b""
            entries.append(Entry(identity=name, rows=rows, facts={f"fact {identity % 3}": str(self.number)}))
        self._commit(entries)

    @rule(stream=st.sampled_from(list(Stream)), count=st.integers(1, 700))
    def commit_many(self, stream: Stream, count: int) -> None:
        self._commit([Entry(rows=[(stream, self._row()) for _ in range(count)])])

    @rule(stream=st.sampled_from(list(Stream)), count=st.integers(1, 60))
    def commit_one_by_one(self, stream: Stream, count: int) -> None:
        for _ in range(count):
            self._commit([Entry(rows=[(stream, self._row())])])

    @rule(
        stream=st.sampled_from(list(Stream)), count=st.integers(1, 12), seed=st.randoms(use_true_random=False)
    )
    def commit_bulky_rows(self, stream: Stream, count: int, seed: random.Random) -> None:
        for _ in range(4):
            texts = [seed.randbytes(4000).hex() for _ in range(count)]
            self._commit([Entry(rows=[(stream, self._row(text)) for text in texts])])

    @rule(data=st.data())
    @precondition(lambda self: bool(self.lanes))
    def cloud_commits(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(list(self.lanes)))
        lane = self.lanes[key]
        lane.acked = max(lane.acked, data.draw(st.integers(lane.oldest, len(lane.rows))))
        self.box.acked(*key, Seq(lane.acked))

    @rule(data=st.data())
    @precondition(lambda self: bool(self.lanes))
    def drop(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(list(self.lanes)))
        lane = self.lanes[key]
        below = data.draw(st.integers(0, len(lane.rows)))
        self.box.drop(*key, Seq(below))
        lane.oldest = max(lane.oldest, below)
        lane.acked = max(lane.acked, below)

    @rule(data=st.data())
    @precondition(lambda self: bool(self._drained()))
    def forget(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(self._drained()))
        assert self.box.forget(*key) is None
        del self.lanes[key]

    @rule()
    def rotate(self) -> None:
        before = {key for key in self.lanes if key[1] == self.epoch}
        live = self.box.rotate()
        self._gone_unless_used(before)
        self._meet(live[0].epoch)

    @rule()
    def reopen(self) -> None:
        self.box.close()
        self._open()

    @rule()
    def crash(self) -> None:
        """Go on with a copy of what is on disk in this moment."""
        before = self.path
        self.turn += 1
        self.path.parent.mkdir()
        for name in ("outbox.db", "outbox.db-wal"):
            shutil.copy(before.parent / name, self.path.parent / name)
        self.box.close()
        self._open()

    # -- what must hold ------------------------------------------------------------------------------------------

    @invariant()
    def lanes_are_as_told(self) -> None:
        if self.outbox is None:
            return
        told = {(lane.stream, lane.epoch): lane for lane in self.box.lanes()}
        assert told.keys() == self.lanes.keys()
        for key, lane in self.lanes.items():
            assert (told[key].oldest, told[key].next) == (lane.oldest, len(lane.rows))
            assert told[key].first <= told[key].oldest
            assert told[key].closed == (key[1] != self.epoch)

    @invariant()
    def small_things_are_kept(self) -> None:
        if self.outbox is None:
            return
        assert self.box.facts() == self.facts
        assert sum(n for name, n in self.box.counts().items() if name.startswith("lost.")) == self.lost
        assert self.box.bytes_used() < LIMITS.most_bytes + 400_000

    @invariant()
    def bytes_are_counted_right(self) -> None:
        """The bytes of a lane are known without adding them up: they decide who yields."""
        if self.outbox is None:
            return
        reader = self.box._books.reader
        for (stream, epoch), lane in self.lanes.items():
            run = self.box._books.ledger.find(stream, epoch)
            assert run is not None
            sql = "SELECT total(length(rows)) FROM block WHERE id >> 40 = ?".replace(
                "block", f"block_{stream}"
            )
            assert run.size == reader.execute(sql, (run.number,)).fetchone()[0], lane

    @rule()
    def rows_are_as_they_were(self) -> None:
        assert everything(self.box) == [
            found for lane in self.box.lanes() for found in self.lanes[lane.stream, lane.epoch].held
        ]

    @rule(data=st.data())
    def any_slice_is_right(self, data: st.DataObject) -> None:
        for key, lane in self.lanes.items():
            first = data.draw(st.integers(lane.oldest, len(lane.rows)))
            end = data.draw(st.integers(first, len(lane.rows)))
            assert list(read(self.box, *key, first, end).observations()) == lane.rows[first:end]

    @rule()
    def gaps_and_rows_leave_no_hole(self) -> None:
        for lane in self.box.lanes():
            gaps = sorted((gap.first, gap.end) for gap in self.box.gaps(lane.stream, lane.epoch, lane.next))
            assert all(first < end <= lane.oldest for first, end in gaps)
            assert all(before[1] <= after[0] for before, after in pairwise(gaps))
            for first, end in gaps:
                acked = self.lanes[lane.stream, lane.epoch].acked
                assert end > first
                assert end > acked or acked >= first

    # -- how the model moves -------------------------------------------------------------------------------------

    def _row(self, value: str | None = None) -> Observation:
        self.number += 1
        return row(self.number, self.number if value is None else value)

    def _commit(self, entries: list[Entry]) -> None:
        receipt = self.box.commit(entries, now_s=0)
        added: dict[Stream, int] = {}
        for made, fate in zip(entries, receipt.fates, strict=True):
            assert fate is (Fate.REPEATED if made.identity in self.seen else Fate.STORED)
            if fate is Fate.STORED:
                self._stored(made, added)
        assert {made.stream: made.count for made in receipt.appended} == added
        self._trimmed(receipt)

    def _stored(self, made: Entry, added: dict[Stream, int]) -> None:
        if made.identity:
            self.seen.add(made.identity)
        self.facts.update({name: value for name, value in made.facts.items() if value is not None})
        for stream, one in made.rows:
            self.lanes[stream, self.epoch].rows.append(one)
            added[stream] = added.get(stream, 0) + 1

    def _trimmed(self, receipt: Receipt) -> None:
        for gone in receipt.trimmed:
            lane = self.lanes[gone.stream, gone.epoch]
            assert gone.lost == max(0, gone.oldest - max(lane.oldest, lane.acked))
            if gone.stream is Stream.ALARM and gone.lost:
                added = {made.stream: made.count for made in receipt.appended}
                for (stream, epoch), other in self.lanes.items():
                    fresh = added.get(stream, 0) if epoch == self.epoch else 0
                    assert stream is Stream.ALARM or len(other.held) <= fresh, "alarms go last"
            self.lost += gone.lost
            lane.oldest = gone.oldest

    def _open(self) -> None:
        before = set(self.lanes)
        self.outbox = Outbox.open(self.path, LIMITS, boot="boot 1")
        assert self.outbox.recovered is None
        for lane in self.lanes.values():
            lane.acked = lane.oldest
        self._gone_unless_used(before)
        self._meet(self.outbox.lanes()[-1].epoch)

    def _meet(self, epoch: Epoch) -> None:
        self.epoch = epoch
        for stream in Stream:
            assert (stream, epoch) not in self.lanes
            self.lanes[stream, epoch] = Lane()

    def _gone_unless_used(self, keys: set[Key]) -> None:
        for key in keys:
            if not self.lanes[key].rows:
                del self.lanes[key]

    def _drained(self) -> list[Key]:
        return [
            key for key, lane in self.lanes.items() if not lane.held and lane.rows and key[1] != self.epoch
        ]


TestOutboxAgainstModel = Machine.TestCase
TestOutboxAgainstModel.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)


def test_the_machine_reaches_what_it_is_for(tmp_path: Path) -> None:
    """Bulky rows do fill the outbox of the machine, so that its rules about losing rows are not idle."""
    outbox = Outbox.open(tmp_path / "outbox.db", LIMITS, boot="boot 1")
    lost = 0
    for number in range(40):
        rows = [(Stream.TELEMETRY, row(number, str(number) * 8000)) for _ in range(12)]
        lost += sum(gone.lost for gone in outbox.commit([Entry(rows=rows)], now_s=0).trimmed)
        if lost:
            break
    lane = next(lane for lane in outbox.lanes() if lane.next)
    assert held(outbox, lane)
    outbox.close()
