"""`cloud.toml`: how the operator wants the cloud to run."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from psycopg import ProgrammingError
from psycopg.conninfo import make_conninfo

from chassis import ConfigError, NearMqttSettings, OwnPort, Text, read_config, read_secret
from cloud_ingest.board import Freshness
from cloud_ingest.ingest import IngestSettings
from cloud_ingest.store import Retention
from wire import Place, PlaceId, SitePlan, WireError, check_plan


class DatabaseSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where PostgreSQL is: a URL, its password in a file of its own; or a folder for the embedded one.

    The environment's `DATABASE_URL` goes before both. The embedded one is for a first look, never for production.
    """

    url: str = ""
    password_file: str = ""
    embedded: str = ""
    migrate: bool = True


class HttpSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the API and the screens are served.

    Servers that answer for each other need the same secret of at least 32 bytes in `cursor_secret_file`: with it they
    seal the cursors of long answers. Without it a cursor is good only where it was given, until the next start.
    """

    enabled: bool = True
    host: Text = "127.0.0.1"
    port: OwnPort = 8490
    cursor_secret_file: str = ""


class CloudSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file; paths are relative to its folder."""

    database: DatabaseSettings = DatabaseSettings()
    mqtt: NearMqttSettings = NearMqttSettings()
    ingest: IngestSettings = IngestSettings()
    http: HttpSettings = HttpSettings()
    boards: Freshness = Freshness()
    retention: Retention = Retention()
    sites: tuple[Text, ...] = ()


class Configuration(Struct, frozen=True, kw_only=True):
    """The file and the site plans that it names, read and checked.

    `url` is the database's address; empty where the embedded PostgreSQL in `embedded` is to be used.
    """

    cloud: CloudSettings
    plans: tuple[SitePlan, ...]
    url: str
    embedded: Path
    cursor_secret: bytes | None = None


def read_configuration(path: Path, environment: Mapping[str, str] = os.environ) -> Configuration:
    """Read `cloud.toml` and the site plans that it names.

    Raises:
        ConfigError: a file is missing or wrong, or no database is named; says where and what to do.
    """
    folder = path.resolve().parent
    cloud = read_config(path, CloudSettings)
    cloud = replace(cloud, mqtt=cloud.mqtt.below(folder))
    plans = tuple(read_plan(folder / name) for name in cloud.sites)
    url = database_url(cloud.database, folder, environment)
    if not url and not cloud.database.embedded:
        raise ConfigError(
            f"{path}: expected a database; set DATABASE_URL, or url or embedded in table [database]"
        )
    secret = cloud.http.cursor_secret_file
    return Configuration(
        cloud=cloud,
        plans=agreed(plans, name=str(path)),
        url=url,
        embedded=folder / cloud.database.embedded,
        cursor_secret=read_secret(folder / secret).encode() if secret else None,
    )


def read_plan(path: Path) -> SitePlan:
    """Read one site's plan.

    Raises:
        ConfigError: the file is missing or contradicts itself; says where.
    """
    try:
        return check_plan(read_config(path, SitePlan))
    except WireError as error:
        raise ConfigError(f"{path}: {error}") from error


def database_url(settings: DatabaseSettings, folder: Path, environment: Mapping[str, str]) -> str:
    """Return the database's address with its password; empty where only the embedded one is named.

    Raises:
        ConfigError: the address cannot be read, or its password's file cannot.
    """
    url = environment.get("DATABASE_URL", "") or settings.url
    if not url:
        return ""
    try:
        if settings.password_file:
            return make_conninfo(url, password=read_secret(folder / settings.password_file))
        make_conninfo(url)
    except ProgrammingError as error:
        raise ConfigError(
            f"DATABASE_URL or [database] url: expected postgresql://user@host/name: {str(error).strip()}"
        ) from error
    return url


def agreed(plans: Sequence[SitePlan], *, name: str) -> tuple[SitePlan, ...]:
    """Return the plans if no two of them share an id or tell a place of the city differently.

    Raises:
        ConfigError: two do; says which.
    """
    places: dict[PlaceId, Place] = {}
    owners: dict[str, PlaceId] = {}
    for plan in plans:
        for place in plan.areas:
            if places.setdefault(place.id, place) != place:
                raise ConfigError(f"{name}: sites tell place {place.id!r} differently; make them agree")
        for own in _own_ids(plan):
            other = owners.setdefault(own, plan.id)
            if other is not plan.id:
                raise ConfigError(f"{name}: sites {other!r} and {plan.id!r} both declare {own}")
    return tuple(plans)


def _own_ids(plan: SitePlan) -> Sequence[str]:
    floors = [floor for lot in plan.lots for floor in lot.floors]
    bays = [bay for floor in floors for bay in floor.bays]
    found = [f"site {plan.id!r}", *(f"lot {lot.id!r}" for lot in plan.lots)]
    found += [f"floor {floor.id!r}" for floor in floors] + [f"bay {bay.id!r}" for bay in bays]
    found += [f"device {bay.device!r}" for bay in bays if bay.device is not None]
    return found + ([f"gateway {plan.gateway!r}"] if plan.gateway else [])
