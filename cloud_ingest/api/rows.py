"""Reads rows of the database as structs; a query names its columns as the answer names its fields."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from psycopg.rows import dict_row

from cloud_ingest.api.desk import Connection

T = TypeVar("T")


def with_parts(*parts: str, query: str) -> str:
    """Put named sub-queries, of which some may refer to themselves, before the query that uses them."""
    return f"WITH RECURSIVE {', '.join(parts)} {query}"


async def fetch(conn: Connection, kind: type[T], query: str, values: Mapping[str, Any]) -> list[T]:
    """Run a query and return its rows as `kind`."""
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, values)
        return msgspec.convert(await cursor.fetchall(), list[kind])  # type: ignore[valid-type]
