"""Identities are remembered long enough and forgotten in time, in memory and on disk."""

from pathlib import Path

from edge_agent.outbox import Fate, Outbox, OutboxLimits
from tests.edge_agent.outbox.rows import entry


def _fate(outbox: Outbox, number: int, now_s: float) -> Fate:
    return outbox.commit([entry(number)], now_s=now_s).fates[0]


def test_an_identity_is_forgotten_by_age(tmp_path: Path) -> None:
    outbox = Outbox.open(tmp_path / "outbox.db", OutboxLimits(seen_for_s=100), boot="b")
    _fate(outbox, 0, 0)
    _fate(outbox, 1, 99)
    assert _fate(outbox, 0, 99) is Fate.REPEATED
    _fate(outbox, 2, 100)
    _fate(outbox, 3, 200)
    assert _fate(outbox, 0, 201) is Fate.STORED
    outbox.close()


def test_an_identity_is_forgotten_by_count(tmp_path: Path) -> None:
    outbox = Outbox.open(tmp_path / "outbox.db", OutboxLimits(seen_most=20), boot="b")
    for number in range(30):
        assert _fate(outbox, number, 0) is Fate.STORED
    assert _fate(outbox, 20, 0) is Fate.REPEATED
    assert _fate(outbox, 9, 0) is Fate.STORED
    outbox.close()


def test_what_is_forgotten_leaves_the_disk(tmp_path: Path) -> None:
    outbox = Outbox.open(tmp_path / "outbox.db", OutboxLimits(seen_most=1000), boot="b")
    for number in range(2200):
        outbox.commit([entry(number)], now_s=0)
    held = outbox._books.reader.execute("SELECT count(*) FROM seen").fetchone()[0]
    assert 500 <= held <= 1000 + 256
    outbox.close()


def test_a_restart_remembers_at_least_as_long(tmp_path: Path) -> None:
    limits = OutboxLimits(seen_for_s=100)
    outbox = Outbox.open(tmp_path / "outbox.db", limits, boot="b")
    _fate(outbox, 0, 1_000_000)
    outbox.close()
    again = Outbox.open(tmp_path / "outbox.db", limits, boot="b")
    _fate(again, 1, 5)
    assert _fate(again, 0, 104) is Fate.REPEATED
    _fate(again, 2, 105)
    _fate(again, 3, 205)
    assert _fate(again, 0, 206) is Fate.STORED
    again.close()
