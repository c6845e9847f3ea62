"""`lilong cloud check`: read everything that `run` would read, reach whom it would reach, say what is wrong."""

import argparse
import asyncio
from collections.abc import Sequence
from typing import Final

import msgspec
import psycopg
from msgspec import Struct

from chassis import MqttSettings, say, spoken
from cloud_ingest.commands.reach import ask
from cloud_ingest.config import Configuration, read_configuration
from cloud_ingest.store import NewerSchemaError, SchemaError, StoreError, check_schema, reason, schema_version
from cloud_ingest.store.embedded import EmbeddedError
from wire import Words

_BROKER_WITHIN_S: Final = 5.0
_OLDEST_SERVER: Final = 150_000


class Finding(Struct, frozen=True, kw_only=True):
    """One thing that was looked at: `good`, and what was seen or what to do."""

    what: str
    good: bool
    text: str


def check(arguments: argparse.Namespace) -> int:
    """Print what was found; 1 if the database or the broker would not do."""
    configuration = read_configuration(arguments.config)
    findings = [*_files(configuration), _database(configuration), *_broker(configuration)]
    if arguments.json:
        print(msgspec.json.encode(findings).decode())
    else:
        _print(findings, spoken())
    return 0 if all(finding.good for finding in findings) else 1


def _files(configuration: Configuration) -> list[Finding]:
    found = [Finding(what="configuration", good=True, text="read")]
    for plan in configuration.plans:
        bays = sum(len(floor.bays) for lot in plan.lots for floor in lot.floors)
        text = f"{len(plan.lots)} lots, {bays} bays, gateway {plan.gateway or 'not named'}"
        found.append(Finding(what=f"site {plan.id}", good=True, text=text))
    return found


def _database(configuration: Configuration) -> Finding:
    may_migrate = configuration.cloud.database.migrate
    try:
        return ask(configuration, lambda conn: _look(conn, may_migrate=may_migrate))
    except (StoreError, EmbeddedError, psycopg.Error, TimeoutError) as error:
        return Finding(what="database", good=False, text=reason(error))


async def _look(conn: psycopg.AsyncConnection, *, may_migrate: bool) -> Finding:
    server, version = conn.info.server_version, await schema_version(conn)
    if server < _OLDEST_SERVER:
        text = f"expected PostgreSQL 15 or newer, got {server // 10_000}; upgrade it"
        return Finding(what="database", good=False, text=text)
    try:
        await check_schema(conn)
    except NewerSchemaError as error:
        return Finding(what="database", good=False, text=str(error))
    except SchemaError as error:  # an older one, which `run` brings up to date if it may
        return Finding(what="database", good=may_migrate, text=str(error))
    return Finding(what="database", good=True, text=f"PostgreSQL {server // 10_000}, schema {version}")


def _broker(configuration: Configuration) -> Sequence[Finding]:
    if not configuration.cloud.ingest.enabled:
        return ()
    return (asyncio.run(_knock(configuration.cloud.mqtt)),)


async def _knock(mqtt: MqttSettings) -> Finding:
    address = f"{mqtt.host}:{mqtt.port}"
    try:
        async with asyncio.timeout(_BROKER_WITHIN_S):
            _, writer = await asyncio.open_connection(mqtt.host, mqtt.port)
            writer.close()
            await writer.wait_closed()
    except OSError as error:  # a time-out is one, too
        text = f"{address} does not answer ({reason(error)}); start the broker or change table [mqtt]"
        return Finding(what="broker", good=False, text=text)
    return Finding(what="broker", good=True, text=f"{address} answers")


def _print(findings: Sequence[Finding], language: str) -> None:
    good, bad = Words(zh="正常", en="good"), Words(zh="有误", en="WRONG")
    for finding in findings:
        print(f"{say(good if finding.good else bad, language):>6}  {finding.what}: {finding.text}")
