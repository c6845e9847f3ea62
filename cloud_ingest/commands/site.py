"""`lilong cloud site FILE`: load one site's plan into the database."""

import argparse

import msgspec
import psycopg

from chassis import say, spoken
from cloud_ingest.commands.reach import ask
from cloud_ingest.config import read_configuration, read_plan
from cloud_ingest.store import check_schema, load_plan
from wire import Words


def site(arguments: argparse.Namespace) -> int:
    """Load the plan; loading it again changes nothing."""
    configuration = read_configuration(arguments.config)
    plan = read_plan(arguments.file)

    async def question(conn: psycopg.AsyncConnection) -> None:
        await check_schema(conn)
        await load_plan(conn, plan)

    ask(configuration, question)
    bays = sum(len(floor.bays) for lot in plan.lots for floor in lot.floors)
    if arguments.json:
        found = {"site": plan.id, "lots": len(plan.lots), "bays": bays, "gateway": plan.gateway}
        print(msgspec.json.encode(found).decode())
        return 0
    words = Words(
        zh=f"已载入 {plan.name.zh}:停车场 {len(plan.lots)} 个,车位 {bays} 个。",
        en=f"Loaded {plan.name.en}: {len(plan.lots)} lots, {bays} bays.",
    )
    print(say(words, spoken()))
    return 0
