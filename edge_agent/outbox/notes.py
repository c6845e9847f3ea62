"""The small things kept beside the rows: facts that rules remember, and totals that survive a restart."""

import sqlite3
from collections.abc import Mapping, Sequence

from edge_agent.outbox.errors import OutboxDamagedError
from edge_agent.outbox.lane import seal


def set_facts(conn: sqlite3.Connection, facts: Mapping[str, str | None]) -> None:
    """Set facts by name; None deletes one."""
    gone = [(name,) for name, value in facts.items() if value is None]
    kept = [(name, value, seal(name, value)) for name, value in facts.items() if value is not None]
    if gone:
        conn.executemany("DELETE FROM fact WHERE name = ?", gone)
    if kept:
        conn.executemany(
            "INSERT INTO fact (name, value, seal) VALUES (?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value, seal = excluded.seal",
            kept,
        )


def load_facts(conn: sqlite3.Connection) -> dict[str, str]:
    """Return all facts by name.

    Raises:
        OutboxDamagedError: a fact is not what was written.
    """
    facts = {}
    for line in conn.execute("SELECT name, value, seal FROM fact"):
        if not sound_fact(line):
            raise OutboxDamagedError(f"the fact {line[0]!r} is not what was written")
        facts[line[0]] = line[1]
    return facts


def sound_fact(line: Sequence[object]) -> bool:
    """Say whether a fact's line is what was written."""
    return isinstance(line[0], str) and isinstance(line[1], str) and seal(*line[:2]) == line[2]


def add_totals(conn: sqlite3.Connection, counts: Mapping[str, int]) -> None:
    """Add to the totals by name."""
    conn.executemany(
        "INSERT INTO total (name, total) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET total = total + excluded.total",
        list(counts.items()),
    )


def load_totals(conn: sqlite3.Connection) -> dict[str, int]:
    """Return all totals by name."""
    return dict(conn.execute("SELECT name, total FROM total"))


def sound_total(line: Sequence[object]) -> bool:
    """Say whether a total's line can be believed."""
    return isinstance(line[0], str) and isinstance(line[1], int) and line[1] >= 0
