"""The cloud's memory: PostgreSQL's schema, connections, transactions, partitions."""

from cloud_ingest.store import shard_locks
from cloud_ingest.store.commit import Entry, GapRow, Heard, commit
from cloud_ingest.store.database import Database
from cloud_ingest.store.deposit import EVENT_PROPERTIES, Deposit, EventRow, deposit_of
from cloud_ingest.store.dictionary import Dictionary
from cloud_ingest.store.errors import WEATHER, DatabaseDownError, PlanError, SchemaError, StoreError
from cloud_ingest.store.fit import fit_text
from cloud_ingest.store.hellos import load_clocks, put_hello
from cloud_ingest.store.migrate import Migration, check_schema, migrate, migrations, schema_version
from cloud_ingest.store.refusals import Refusal, cap_refusals, put_refusals
from cloud_ingest.store.repair import repair
from cloud_ingest.store.sheet import STREAM_NUMBER, Dated, Sheet, split_by_date
from cloud_ingest.store.watermarks import LaneId, LaneMove, load_watermarks

__all__ = [
    "EVENT_PROPERTIES",
    "STREAM_NUMBER",
    "WEATHER",
    "Database",
    "DatabaseDownError",
    "Dated",
    "Deposit",
    "Dictionary",
    "Entry",
    "EventRow",
    "GapRow",
    "Heard",
    "LaneId",
    "LaneMove",
    "Migration",
    "PlanError",
    "Refusal",
    "SchemaError",
    "Sheet",
    "StoreError",
    "cap_refusals",
    "check_schema",
    "commit",
    "deposit_of",
    "fit_text",
    "load_clocks",
    "load_watermarks",
    "migrate",
    "migrations",
    "put_hello",
    "put_refusals",
    "repair",
    "schema_version",
    "shard_locks",
    "split_by_date",
]
