"""`lilong cloud run`: run the cloud until told to stop."""

import argparse
import asyncio
import contextlib
import signal

from chassis import ConfigError
from cloud_ingest.cloud import Cloud
from cloud_ingest.commands.reach import database_of
from cloud_ingest.config import Configuration, read_configuration
from cloud_ingest.store import PlanError, SchemaError


def run(arguments: argparse.Namespace) -> int:
    """Run until SIGTERM or SIGINT."""
    configuration = read_configuration(arguments.config)
    with database_of(configuration) as url:
        try:
            asyncio.run(_until_told(configuration, url))
        except BaseExceptionGroup as group:
            # Not `except*`: before Python 3.11.4 that wraps what is raised in it into a group again.
            told, rest = group.split((ConfigError, SchemaError, PlanError))
            if rest is not None or told is None:
                raise
            raise _first(told) from None
    return 0


async def _until_told(configuration: Configuration, url: str) -> None:
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    running = asyncio.create_task(Cloud(configuration, url).run(), name="cloud")
    stopping = asyncio.create_task(told.wait(), name="stop signal")
    await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not running.done():
        running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


def _first(error: BaseException) -> BaseException:
    """Return the first of the errors that ended the program; one is enough for its operator."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
