"""What can be wrong between the program and its database."""

from typing import Final

import psycopg


class StoreError(Exception):
    """The database cannot serve; the text says why and what to do."""


class DatabaseDownError(StoreError):
    """There is no database to talk to, for now: weather, worth another try."""


class SchemaError(StoreError):
    """The database's schema and this program do not belong together."""


class NewerSchemaError(SchemaError):
    """The database was brought up to date by a newer program than this one."""


class PlanError(StoreError):
    """A site's plan contradicts what the database holds of other sites."""


WEATHER: Final = (
    DatabaseDownError,
    psycopg.OperationalError,  # the connection is lost, the server stops, a lock or the disk cannot be had
    psycopg.InterfaceError,  # the connection is closed already
    psycopg.errors.ReadOnlySqlTransaction,  # the server became a standby
    TimeoutError,
)
"""What goes by itself: drop the connection and everything remembered of the database, wait, try again."""


def reason(error: BaseException) -> str:
    """Return why in one line; a time-out has no words of its own."""
    return " ".join(str(error).split()) or "no answer in time"
