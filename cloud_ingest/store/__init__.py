"""The cloud's memory: PostgreSQL's schema, connections, transactions, partitions."""

from cloud_ingest.store.database import Database
from cloud_ingest.store.errors import DatabaseDownError, PlanError, SchemaError, StoreError
from cloud_ingest.store.migrate import Migration, check_schema, migrate, migrations, schema_version

__all__ = [
    "Database",
    "DatabaseDownError",
    "Migration",
    "PlanError",
    "SchemaError",
    "StoreError",
    "check_schema",
    "migrate",
    "migrations",
    "schema_version",
]
