"""The database's ids of names, kept in memory; a name seen for the first time gets its row."""

from collections.abc import Collection, Mapping
from typing import Final

import psycopg

from cloud_ingest.store.errors import StoreError
from cloud_ingest.store.fit import fit_name

_MOST_KEPT: Final = 1_000_000
_FIND: Final = {
    table: f"SELECT name, id FROM {table} WHERE name = ANY(%s)".encode()  # noqa: S608  # three fixed names
    for table in ("gateway", "device", "property")
}
# ON CONFLICT alone would burn an id for every name that is there already: look first, insert what is missing.
_ADD: Final = {
    table: f"INSERT INTO {table} (name) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING".encode()
    for table in ("gateway", "device", "property")
}


class Dictionary:
    """Names and their ids in one of the tables gateway, device and property."""

    def __init__(self, table: str) -> None:
        """Start knowing nothing."""
        self._table = table
        self._ids: dict[str, int] = {}

    @property
    def ids(self) -> Mapping[str, int]:
        """The ids known so far."""
        return self._ids

    def forget(self) -> None:
        """Know nothing again, as after a change of database."""
        self._ids.clear()

    async def learn(self, conn: psycopg.AsyncConnection, names: Collection[str]) -> None:
        """Get the ids of all these names, in transactions of their own."""
        missing = set(names) - self._ids.keys()
        if not missing:
            return
        if len(self._ids) + len(missing) > _MOST_KEPT:
            self._ids.clear()
            missing = set(names)
        kept = {name: fit_name(name) for name in missing}
        found = await self._find(conn, set(kept.values()))
        absent = set(kept.values()) - found.keys()
        if absent:
            await conn.execute(_ADD[self._table], (sorted(absent),))
            found |= await self._find(conn, absent)
        for name, fitted in kept.items():
            if fitted not in found:
                raise StoreError(f"expected a row of {self._table} for {fitted!r} after inserting it")
            self._ids[name] = found[fitted]

    async def _find(self, conn: psycopg.AsyncConnection, names: Collection[str]) -> dict[str, int]:
        rows = await (await conn.execute(_FIND[self._table], (list(names),))).fetchall()
        return {str(name): int(id_) for name, id_ in rows}
