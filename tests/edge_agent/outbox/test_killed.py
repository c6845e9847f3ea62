"""A process that is killed in the middle of its commits has lost nothing that it had reported."""

import os
import random
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from edge_agent.outbox import Outbox
from tests.edge_agent.outbox.rows import entry, everything, row

_WRITER = """
import sys
from pathlib import Path
from edge_agent.outbox import Outbox
from tests.edge_agent.outbox.rows import entry

outbox = Outbox.open(Path(sys.argv[1]), boot="boot 1")
number = int(sys.argv[2])
size = 1
while True:
    receipt = outbox.commit([entry(number + step) for step in range(size)], now_s=0)
    assert set(receipt.fates) == {"stored"}
    number += size
    size = size % 40 + 1
    print(number, flush=True)
"""


def _killed_after(path: Path, start: int, lines: int) -> int:
    """Run the writer, kill it after so many reported commits, and return the last number that it reported."""
    command = [sys.executable, "-c", _WRITER, str(path), str(start)]
    reported = start
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()) as writer:
        assert writer.stdout is not None
        for _ in range(lines):
            line = writer.stdout.readline()
            assert line, "the writer ended by itself"
            reported = int(line)
        os.kill(writer.pid, signal.SIGKILL)
        rest = [line for line in writer.stdout.read().split("\n")[:-1] if line]
    return int(rest[-1]) if rest else reported


@pytest.mark.parametrize("seed", range(3))
def test_what_was_reported_is_there(tmp_path: Path, seed: int) -> None:
    chance, path, start = random.Random(seed), tmp_path / "outbox.db", 0
    for _ in range(3):
        reported = _killed_after(path, start, chance.randrange(1, 60))
        outbox = Outbox.open(path, boot="boot 1")
        assert outbox.recovered is None
        rows = everything(outbox)
        assert rows == [row(number) for number in range(len(rows))]
        assert len(rows) >= reported
        assert outbox.known([entry(reported - 1).identity]) == [True]
        start = len(rows)
        outbox.close()


def test_each_life_numbers_its_own_rows(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    for start in (0, 10_000):
        _killed_after(path, start, 3)
    outbox = Outbox.open(path, boot="boot 1")
    lanes = [lane for lane in outbox.lanes() if lane.next]
    assert [lane.oldest for lane in lanes] == [0, 0]
    assert all(one.epoch != other.epoch for one, other in pairwise(lanes))
    outbox.close()
