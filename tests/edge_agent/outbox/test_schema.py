<<<<<<< HEAD
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
=======
"""A fresh outbox gets its tables, in a child process that takes its memory with it."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlite_utils import Database

from edge_agent.outbox import Outbox, OutboxError, schema
from tests.edge_agent.outbox.rows import entry, everything, row

_OPENS = """
import sys
from pathlib import Path
from edge_agent.outbox import Outbox
from tests.edge_agent.outbox.rows import entry
outbox = Outbox.open(Path(sys.argv[1]), boot="boot 1")
outbox.commit([entry(0)], now_s=0)
outbox.close()
print("sqlite_utils" in sys.modules)
"""


def _opened_apart(path: Path, setup: str = "") -> str:
    command = [sys.executable, "-c", setup + _OPENS, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout.strip()


def test_a_fresh_outbox_leaves_no_tools_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    assert _opened_apart(path) == "False"
    outbox = Outbox.open(path, boot="boot 1")
    assert everything(outbox) == [row(0)]
    outbox.close()


def test_without_a_child_process_the_tables_are_made_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    assert _opened_apart(path, "import sys; sys.executable = '/nowhere/python'\n") == "True"
    outbox = Outbox.open(path, boot="boot 1")
    assert everything(outbox) == [row(0)]
    outbox.close()


def test_a_step_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "outbox.db"
    outbox = Outbox.open(path, boot="boot 1")
    outbox.commit([entry(0)], now_s=0)
    outbox.close()
    with monkeypatch.context() as patched:
        patched.setattr(schema, "_STEPS", (*schema._STEPS, _adds_a_table_and_fails))
        patched.setattr(schema, "VERSION", 2)
        with pytest.raises(OutboxError, match="does not know its way"):
            Outbox.open(path, boot="boot 1")
    again = Outbox.open(path, boot="boot 1")
    assert everything(again) == [row(0)]
    again.close()


def _adds_a_table_and_fails(tables: Database) -> None:
    tables.table("more").create({"id": int}, pk="id")
    raise OutboxError("does not know its way")
>>>>>>> outbox
