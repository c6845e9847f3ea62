"""Where in a profile's file something stands, so that an error can say it."""

from pathlib import Path

from msgspec import Struct

from device_profiles.errors import ProfileError


class Spot(Struct, frozen=True, kw_only=True):
    """A file and a table in it."""

    path: Path
    table: str = ""

    def inside(self, table: str) -> "Spot":
        """Return a table below this one."""
        return Spot(path=self.path, table=f"{self.table} > {table}" if self.table else table)

    def error(self, key: str, problem: str) -> ProfileError:
        """Return the error that names file, table and key."""
        table = f", table {self.table}" if self.table else ""
        return ProfileError(f"{self.path}{table}, key {key}: {problem}")
