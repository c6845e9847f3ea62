"""The uplink's thread reads while the pipeline's thread commits, puts blocks together and deletes."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

from edge_agent.outbox import Outbox, RowsGoneError
from tests.edge_agent.outbox.rows import AT_MS, entry, live, read
from wire import Epoch, Seq, Stream

ROWS = 1500


def _read_on(outbox: Outbox, epoch: Epoch, done: Event) -> tuple[int, int]:
    """Read whatever is held until the writer is done; return how often it was right and how often gone."""
    right = gone = 0
    while not done.is_set():
        lane = live(outbox)
        try:
            times = read(outbox, Stream.STATE, epoch, lane.oldest, lane.next).at_ms
        except RowsGoneError:
            gone += 1
            continue
        assert list(times) == list(range(AT_MS + lane.oldest, AT_MS + lane.next))
        right += 1
    return right, gone


def test_reads_beside_commits_are_right_or_say_that_rows_are_gone(tmp_path: Path) -> None:
    outbox = Outbox.open(tmp_path / "outbox.db", boot="boot 1")
    epoch, done = live(outbox).epoch, Event()
    with ThreadPoolExecutor(max_workers=1) as reader:
        reading = reader.submit(_read_on, outbox, epoch, done)
        try:
            for number in range(ROWS):
                outbox.commit([entry(number)], now_s=0)
                if number % 50 == 49:
                    outbox.drop(Stream.STATE, epoch, Seq(number - 20))
        finally:
            done.set()
        right, _ = reading.result(timeout=60)
    assert right > 0
    assert live(outbox).next == ROWS
    outbox.close()
