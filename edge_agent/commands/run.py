"""`lilong agent run`: run the gateway until told to stop."""

import argparse
import asyncio
import contextlib
import signal

from chassis import ConfigError
from edge_agent.agent import Agent
from edge_agent.config import Configuration, read_configuration


def run(arguments: argparse.Namespace) -> int:
    """Run until SIGTERM or SIGINT."""
    configuration = read_configuration(arguments.config)
    try:
        asyncio.run(_until_told(configuration))
    except BaseExceptionGroup as group:
        # Not `except*`: before Python 3.11.4 that wraps what is raised in it into a group again.
        told, rest = group.split(ConfigError)
        if rest is not None or told is None:
            raise
        raise _first(told) from None
    return 0


async def _until_told(configuration: Configuration) -> None:
    agent = Agent(configuration)
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    running = asyncio.create_task(agent.run(), name="agent")
    stopping = asyncio.create_task(told.wait(), name="stop signal")
    await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not running.done():
        running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


def _first(group: BaseExceptionGroup[ConfigError]) -> ConfigError:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error if isinstance(error, ConfigError) else ConfigError(str(error))
