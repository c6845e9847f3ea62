"""`lilong cloud status`: how the cloud stands, as its database tells."""

import argparse

import msgspec
import psycopg

from chassis import say, spoken
from cloud_ingest.commands.reach import ask
from cloud_ingest.config import read_configuration
from cloud_ingest.store import Standing, check_schema
from cloud_ingest.store import standing as ask_standing
from wire import Words


def status(arguments: argparse.Namespace) -> int:
    """Print how the cloud stands; 1 if shards are without a worker."""
    configuration = read_configuration(arguments.config)
    silent_after_s = configuration.cloud.boards.silent_after_s

    async def question(conn: psycopg.AsyncConnection) -> Standing:
        await check_schema(conn)
        return await ask_standing(conn, silent_after_s)

    found = ask(configuration, question)
    if arguments.json:
        print(msgspec.json.encode(found).decode())
    else:
        for line in lines_of(found):
            print(say(line, spoken()))
    return 1 if found.unserved else 0


def lines_of(found: Standing) -> list[Words]:
    """Put how the cloud stands into words."""
    return [
        Words(
            zh=f"接收进程 {found.workers} 个,无人处理的分片 {found.unserved} 个",
            en=f"{found.workers} ingest workers, {found.unserved} shards without one",
        ),
        Words(
            zh=f"网关 {found.gateways} 个,近期在线 {found.gateways_heard} 个",
            en=f"{found.gateways} gateways, {found.gateways_heard} heard lately",
        ),
        Words(
            zh=f"网关待传 {found.pending} 条,已丢失 {found.lost} 条",
            en=f"{found.pending} rows wait on gateways, {found.lost} were lost there",
        ),
        Words(
            zh=f"等待校时 {found.undated} 条,日期异常 {found.strays} 条,拒收 {found.refused} 条",
            en=f"{found.undated} rows without a date, {found.strays} outside the days kept, {found.refused} refused",
        ),
        Words(
            zh=f"日分区 {found.first_day or '无'} 至 {found.last_day or '无'},数据库 {found.bytes / 1e6:.0f} MB",
            en=f"days {found.first_day or 'none'} to {found.last_day or 'none'}, database {found.bytes / 1e6:.0f} MB",
        ),
    ]
