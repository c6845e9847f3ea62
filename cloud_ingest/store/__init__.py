"""The cloud's memory: PostgreSQL's schema, connections, transactions, partitions."""

from cloud_ingest.store import shard_locks
from cloud_ingest.store.commit import Entry, GapRow, Heard, commit
from cloud_ingest.store.database import Database
from cloud_ingest.store.deposit import Deposit, EventRow, Telling, deposit_of, telling
from cloud_ingest.store.dictionary import Dictionary
from cloud_ingest.store.errors import (
    WEATHER,
    DatabaseDownError,
    NewerSchemaError,
    PlanError,
    SchemaError,
    StoreError,
    reason,
)
from cloud_ingest.store.fit import fit_text
from cloud_ingest.store.hellos import load_clocks, put_hello
from cloud_ingest.store.migrate import Migration, check_schema, migrate, migrations, schema_version
from cloud_ingest.store.put_rows import BAY_CHANNEL
from cloud_ingest.store.refusals import Refusal, cap_refusals, put_refusals
from cloud_ingest.store.repair import repair
from cloud_ingest.store.retention import Retention, Upkeep, keep_house
from cloud_ingest.store.sheet import STREAM_NUMBER, Dated, Sheet, split_by_date
from cloud_ingest.store.sites import load_plan
from cloud_ingest.store.standing import Standing, standing
from cloud_ingest.store.watermarks import LaneId, LaneMove, load_watermarks

__all__ = [
    "BAY_CHANNEL",
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
    "NewerSchemaError",
    "PlanError",
    "Refusal",
    "Retention",
    "SchemaError",
    "Sheet",
    "Standing",
    "StoreError",
    "Telling",
    "Upkeep",
    "cap_refusals",
    "check_schema",
    "commit",
    "deposit_of",
    "fit_text",
    "keep_house",
    "load_clocks",
    "load_plan",
    "load_watermarks",
    "migrate",
    "migrations",
    "put_hello",
    "put_refusals",
    "reason",
    "repair",
    "schema_version",
    "shard_locks",
    "split_by_date",
    "standing",
    "telling",
]
