"""The estate's NB-IoT sensors: each posts its SenML pack over CoAP, confirmable, until the gateway says 2.04."""

import asyncio
import logging
import random
from collections import defaultdict, deque
from typing import Final

import aiocoap
from aiocoap.numbers.codes import Code

from demo.estate.ledger import Ledger
from demo.estate.senml import pack_of
from demo.estate.sensor import Utterance
from wire import DeviceId

log = logging.getLogger(__name__)
_CONTEXTS: Final = 3
_WORKERS_A_CONTEXT: Final = 8
_ANSWER_WITHIN_S: Final = 6.0
_SHORTEST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 4.0


class NbiotSensors:
    """A `Carrier` for sensors that speak CoAP themselves; a sensor says the next thing when the last is acknowledged.

    A few sockets serve all of them, as the carrier-grade NAT of a mobile network does.
    """

    def __init__(self, uri: str, ledger: Ledger) -> None:
        """Name the gateway's resource, such as coap://127.0.0.1:5683/senml; nothing is opened yet."""
        self._uri, self._ledger = uri, ledger
        self._to_say: dict[DeviceId, deque[Utterance]] = defaultdict(deque)
        self._ready: asyncio.Queue[DeviceId] = asyncio.Queue()
        self._failures: dict[DeviceId, int] = defaultdict(int)
        self.refused = 0

    def send(self, utterance: Utterance, /) -> None:
        """Let a sensor say something after what it has to say already."""
        waiting = self._to_say[utterance.sensor.device]
        waiting.append(utterance)
        if len(waiting) == 1:
            self._ready.put_nowait(utterance.sensor.device)

    async def run(self) -> None:
        """Carry until cancelled."""
        contexts = [await aiocoap.Context.create_client_context() for _ in range(_CONTEXTS)]
        try:
            async with asyncio.TaskGroup() as group:
                for context in contexts:
                    for number in range(_WORKERS_A_CONTEXT):
                        group.create_task(self._work(context), name=f"nbiot {number}")
        finally:
            for context in contexts:
                await context.shutdown()

    async def _work(self, context: aiocoap.Context) -> None:
        loop = asyncio.get_running_loop()
        while True:
            device = await self._ready.get()
            waiting = self._to_say[device]
            self._ledger.sent(waiting[0], loop.time())
            if await self._post(context, waiting[0]):
                self._ledger.answered(waiting.popleft(), loop.time())
                self._failures[device] = 0
                if waiting:
                    self._ready.put_nowait(device)
            else:
                loop.call_later(self._pause(device), self._ready.put_nowait, device)

    async def _post(self, context: aiocoap.Context, utterance: Utterance) -> bool:
        """Try once; whether the gateway acknowledged."""
        payload, content = pack_of(utterance)
        request = aiocoap.Message(code=Code.POST, uri=self._uri, payload=payload, content_format=content)
        try:
            async with asyncio.timeout(_ANSWER_WITHIN_S):
                response = await context.request(request).response
        except (TimeoutError, aiocoap.error.Error, OSError):
            return False
        if response.code is Code.CHANGED:
            return True
        self.refused += 1
        log.debug("%s: %s %r", utterance.sensor.device, response.code, response.payload)
        return False

    def _pause(self, device: DeviceId) -> float:
        self._failures[device] += 1
        longest = min(_SHORTEST_PAUSE_S * 2.0 ** min(self._failures[device], 10), _LONGEST_PAUSE_S)
        return longest * random.uniform(0.5, 1.0)
