"""Asks PostgreSQL again and again what it holds of each bay, and measures when each word of a sensor is there."""

import asyncio
import logging
from collections import defaultdict, deque
from typing import Final

import psycopg

from demo.estate import Ledger, Utterance
from demo.watch.latencies import Latencies
from wire import DeviceId

log = logging.getLogger(__name__)
EVERY_S: Final = 0.05
"""Between two questions; half of it is what the measured times are too long on average."""
_AGAIN_AFTER_S: Final = 0.5
_NEWEST: Final = """
SELECT device.name, (extract(epoch FROM latest.at) * 1000)::bigint
FROM latest JOIN device ON device.id = latest.device JOIN property ON property.id = latest.property
WHERE property.name = 'parking.occupied'
"""


class CloudWatch:
    """Follows the newest state of each device, which is written in one transaction with the rows themselves."""

    def __init__(self, database_url: str, ledger: Ledger) -> None:
        """Name the database."""
        self._url, self._ledger = database_url, ledger
        self._expected: dict[DeviceId, deque[Utterance]] = defaultdict(deque)
        self.latencies = Latencies()

    def expect(self, utterance: Utterance) -> None:
        """A sensor says something: it must come to the database."""
        self._expected[utterance.sensor.device].append(utterance)

    async def run(self) -> None:
        """Ask until cancelled."""
        while True:
            try:
                await self._follow()
            except psycopg.OperationalError as error:
                log.debug("the database went away: %s", error)
            await asyncio.sleep(_AGAIN_AFTER_S)

    async def _follow(self) -> None:
        loop = asyncio.get_running_loop()
        async with await psycopg.AsyncConnection.connect(self._url, autocommit=True) as conn:
            while True:
                cursor = await conn.execute(_NEWEST, prepare=True)
                rows = await cursor.fetchall()
                now_s = loop.time()
                for device, at_ms in rows:
                    self._holds(device, at_ms, now_s)
                await asyncio.sleep(EVERY_S)

    def _holds(self, device: DeviceId, at_ms: int, now_s: float) -> None:
        waiting = self._expected.get(device)
        while waiting and waiting[0].at_ms <= at_ms:
            spoken = self._ledger.of(waiting.popleft())
            if spoken.sent_s is not None and not spoken.held:
                self.latencies.add(now_s - spoken.sent_s)
