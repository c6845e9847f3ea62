"""A fresh file gets the same tables as one that took every step."""

import sqlite3

from edge_agent.outbox import schema

_TABLES = "SELECT name, sql FROM sqlite_schema ORDER BY name"


def test_the_newest_tables_are_what_the_steps_make() -> None:
    made, raised = sqlite3.connect(":memory:"), sqlite3.connect(":memory:")
    schema.migrate(made)
    schema.raise_steps(raised, 0)
    assert made.execute(_TABLES).fetchall() == raised.execute(_TABLES).fetchall()
    assert made.execute("PRAGMA user_version").fetchone() == raised.execute("PRAGMA user_version").fetchone()
    made.close()
    raised.close()


def test_the_newest_version_is_left_alone() -> None:
    conn = sqlite3.connect(":memory:")
    schema.migrate(conn)
    conn.execute("INSERT INTO total VALUES ('lost.state', 3)")
    schema.migrate(conn)
    assert conn.execute("SELECT total FROM total").fetchall() == [(3,)]
    conn.close()
