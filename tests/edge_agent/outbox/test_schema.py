"""A fresh file gets the same tables as one that took every step, and without the tools that the steps need."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlite_utils import Database

from edge_agent.outbox import Outbox, OutboxError, schema
from tests.edge_agent.outbox.rows import entry, everything, row

_TABLES = "SELECT name, sql FROM sqlite_schema ORDER BY name"
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


def test_the_newest_tables_are_what_the_steps_make() -> None:
    made, raised = sqlite3.connect(":memory:"), sqlite3.connect(":memory:")
    schema.migrate(made)
    schema.raise_steps(raised, 0)
    assert made.execute(_TABLES).fetchall() == raised.execute(_TABLES).fetchall()
    assert made.execute("PRAGMA user_version").fetchone() == raised.execute("PRAGMA user_version").fetchone()
    made.close()
    raised.close()


def test_a_fresh_outbox_leaves_no_tools_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    command = [sys.executable, "-c", _OPENS, str(path)]
    opened = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert opened.stdout.strip() == "False"
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
