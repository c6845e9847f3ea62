"""`lilong agent replay`: feed a recorded file through the whole gateway, as if the devices spoke now."""

import argparse
import asyncio
import contextlib

import msgspec

from edge_agent.agent import Agent
from edge_agent.config import Configuration, read_configuration
from edge_agent.health import Account
from edge_agent.sources import ReplaySource


def replay(arguments: argparse.Namespace) -> int:
    """Replay and print what came of it; the rows are kept and sent like any others."""
    configuration = read_configuration(arguments.config)
    account = asyncio.run(_replay(configuration, arguments))
    came = {"pipeline": dict(account.pipeline), "lots": account.lots, "waiting": account.waiting}
    if arguments.json:
        print(msgspec.json.encode(came).decode())
        return 0
    print("  ".join(f"{name} {count}" for name, count in account.pipeline.items()))
    for lot, count in account.lots.items():
        print(
            f"{lot}: free {count.free}, occupied {count.occupied}, unknown {count.unknown}, total {count.total}"
        )
    return 0


async def _replay(configuration: Configuration, arguments: argparse.Namespace) -> Account:
    source = ReplaySource(arguments.file, speed=arguments.speed)
    agent = Agent(configuration, [source])
    running = asyncio.create_task(agent.run(), name="agent")
    ended = asyncio.create_task(source.ended.wait(), name="end of the file")
    await asyncio.wait({running, ended}, return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()
    account = agent.account()
    if not running.done():
        running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    return account
