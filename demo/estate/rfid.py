"""The estate's two RFID readers: an Impinj R700 in the lobby and a Zebra FX9600 in the cellar, over MQTT.

Each tells four times a second which tags it sees; now and then a seal is taken away and put back, and somebody walks by
with a tag in a coat. What is published follows the sources that the device profiles name.
"""

import asyncio
import base64
import itertools
import json
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import paho.mqtt.client as paho
from msgspec import Struct
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from demo.estate.tagged import CELLAR, LOBBY, Tagged, build_tags, stranger
from wire import DeviceId, TagKind

READ_EVERY_S: Final = 0.25
ABSENT_AFTER_S: Final = 1.0
RULE: Final[Mapping[str, float]] = {
    "absent_after_s": ABSENT_AFTER_S,
    "debounce_s": 0.5,
    "reader_silent_after_s": 5.0,
}
ROUTES: Final[Sequence[Mapping[str, str]]] = (
    {"topic": f"rfid/{LOBBY}", "device": LOBBY, "profile": "reader_impinj_r700"},
    {"topic": f"rfid/{CELLAR}", "device": CELLAR, "profile": "reader_zebra_fx"},
)
_SURELY_S: Final = ABSENT_AFTER_S + 3.0
"""So long a seal stays away, and back, that the gateway must have noticed although it is busy with other things."""
_THERE_S: Final = 20.0
_AWAY_S: Final = 8.0
_LONGEST_RETRY_S: Final = 2


class Seen(Struct, kw_only=True):
    """What the readers know: publishes by what became of them, tags told, seals taken away and put back."""

    published: int = 0
    acknowledged: int = 0
    sightings: int = 0
    strangers: int = 0
    left: int = 0
    returned: int = 0


class RfidReaders:
    """Both readers; `run` until cancelled, `hush` to end the story and then to fall silent."""

    def __init__(self, host: str, port: int, name: str = "rfid-readers") -> None:
        """Name the gateway's broker; nothing is opened yet."""
        self._host, self._port = host, port
        self._client = paho.Client(CallbackAPIVersion.VERSION2, client_id=name, clean_session=True)
        self._client.reconnect_delay_set(1, _LONGEST_RETRY_S)
        self._tags = build_tags()
        self._away: set[bytes] = set()
        self._numbers = itertools.count(1)
        self._hushed, self._settled = asyncio.Event(), asyncio.Event()
        self._ended = False
        self.seen = Seen()

    def hush(self) -> None:
        """Let the story come to its end, and then no reader say anything new."""
        self._hushed.set()

    async def settled(self) -> None:
        """Wait until the readers are silent and all that they published is acknowledged."""
        await self._settled.wait()

    async def run(self, seconds: float | None, seed: int) -> None:
        """Read until hushed; a seal leaves and returns, in a short run of `seconds` early enough."""
        loop = asyncio.get_running_loop()

        def published(_c: paho.Client, _u: object, _mid: int, _r: ReasonCode, _p: Properties) -> None:
            loop.call_soon_threadsafe(self._answered)

        self._client.on_publish = published
        self._client.connect_async(self._host, self._port, keepalive=15)
        self._client.loop_start()
        try:
            async with asyncio.TaskGroup() as group:
                reading = group.create_task(self._read(random.Random(f"{seed}/rfid")), name="rfid reading")
                await self._story(_THERE_S if seconds is None else 0.2 * seconds)
                reading.cancel()
            self._settle()
            await asyncio.Event().wait()
        finally:
            self._client.disconnect()
            self._client.loop_stop()

    async def _read(self, chance: random.Random) -> None:
        while True:
            for reader, write in ((LOBBY, _impinj), (CELLAR, _zebra)):
                tags = [tag for tag in self._tags if tag.reader == reader and tag.epc not in self._away]
                told = [(tag.epc, tag.antenna) for tag in tags] + [(stranger(chance), 1)]
                self._publish(reader, write(told, next(self._numbers), chance))
                self.seen.sightings += len(told)
                self.seen.strangers += 1
            await asyncio.sleep(READ_EVERY_S)

    async def _story(self, there_s: float) -> None:
        """Take one seal after the other away and put it back, until hushed."""
        for seal in itertools.cycle([tag for tag in self._tags if tag.plan.kind is TagKind.SEAL]):
            if await self._hush_within(there_s) and self.seen.left:
                return
            await self._take_away(seal)

    async def _take_away(self, seal: Tagged) -> None:
        self._away.add(seal.epc)
        self.seen.left += 1
        await asyncio.sleep(_SURELY_S)
        await self._hush_within(_AWAY_S - _SURELY_S)
        self._away.remove(seal.epc)
        self.seen.returned += 1
        await asyncio.sleep(_SURELY_S)

    async def _hush_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._hushed.wait()
        except TimeoutError:
            return False
        return True

    def _publish(self, reader: DeviceId, events: Sequence[Mapping[str, Any]]) -> None:
        self._client.publish(f"rfid/{reader}", json.dumps(events).encode(), qos=1)
        self.seen.published += 1

    def _answered(self) -> None:
        self.seen.acknowledged += 1
        if self._ended:
            self._settle()

    def _settle(self) -> None:
        self._ended = True
        if self.seen.acknowledged == self.seen.published:
            self._settled.set()


def _impinj(tags: Sequence[tuple[bytes, int]], number: int, chance: random.Random) -> list[Mapping[str, Any]]:
    del number
    now = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return [
        {
            "timestamp": now,
            "hostname": "impinj-14-2f-f4",
            "eventType": "tagInventory",
            "tagInventoryEvent": {
                "epc": base64.urlsafe_b64encode(epc).decode(),
                "antennaPort": antenna,
                "antennaName": f"riser {antenna}",
                "peakRssiCdbm": -100 * chance.randrange(45, 75),
                "lastSeenTime": now,
            },
        }
        for epc, antenna in tags
    ]


def _zebra(tags: Sequence[tuple[bytes, int]], number: int, chance: random.Random) -> list[Mapping[str, Any]]:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"
    return [
        {
            "data": {
                "PC": "3000",
                "antenna": antenna,
                "eventNum": number,
                "format": "epc",
                "hostName": "FX9600EECCA8",
                "idHex": epc.hex(),
                "peakRssi": -chance.randrange(45, 75),
            },
            "timestamp": now,
            "type": "CUSTOM",
        }
        for epc, antenna in tags
    ]
