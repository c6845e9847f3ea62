"""`lilong cloud migrate`: bring the database's schema to this program's version."""

import argparse

import msgspec
import psycopg

from chassis import say, spoken
from cloud_ingest.commands.reach import ask
from cloud_ingest.config import read_configuration
from cloud_ingest.store import migrate as apply_migrations
from cloud_ingest.store import schema_version
from wire import Words


def migrate(arguments: argparse.Namespace) -> int:
    """Apply what is missing and say what was applied."""

    async def question(conn: psycopg.AsyncConnection) -> tuple[list[str], int]:
        steps = await apply_migrations(conn)
        return [f"{step.number:04d} {step.name}" for step in steps], await schema_version(conn)

    applied, version = ask(read_configuration(arguments.config), question)
    if arguments.json:
        print(msgspec.json.encode({"applied": applied, "schema": version}).decode())
        return 0
    for step in applied:
        print(step)
    words = Words(
        zh=f"数据库结构版本 {version},本次升级 {len(applied)} 步。",
        en=f"The schema is version {version}; {len(applied)} steps applied.",
    )
    print(say(words, spoken()))
    return 0
