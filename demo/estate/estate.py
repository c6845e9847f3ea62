"""The simulated estate: every sensor lives, speaks its true protocol and remembers what was acknowledged."""

import asyncio
import time
from collections.abc import Callable, Mapping

from demo.estate.garage import Garage
from demo.estate.habits import Pace, live
from demo.estate.ledger import Ledger
from demo.estate.nbiot import NbiotSensors
from demo.estate.network_server import NetworkServer
from demo.estate.radio import Radio
from demo.estate.sensor import Moment, Utterance
from wire import DeviceId, PlaceId


class Estate:
    """Sensors in a garage; `run` until cancelled, `hush` to let them fall silent.

    `told` is called with each utterance as it is said.
    """

    def __init__(
        self,
        garage: Garage,
        lorawan: NetworkServer,
        nbiot: NbiotSensors,
        ledger: Ledger,
        told: Callable[[Utterance], None] = lambda _: None,
    ) -> None:
        """Put the sensors into their bays."""
        self._garage, self._lorawan, self._nbiot, self.ledger, self._told = (
            garage,
            lorawan,
            nbiot,
            ledger,
            told,
        )
        floors = {sensor.floor for sensor in garage.sensors}
        self.radios: Mapping[PlaceId, Radio] = {
            floor: Radio(ledger, lorawan=lorawan, nbiot=nbiot) for floor in sorted(floors)
        }
        self._last_ms: dict[DeviceId, int] = {}
        self._numbers: dict[DeviceId, int] = {}
        self._hushed = asyncio.Event()

    async def run(self, pace: Pace, seed: int) -> None:
        """Live until cancelled; `seed` decides everything but the exact time."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._lorawan.run(), name="network server")
            group.create_task(self._nbiot.run(), name="nbiot")
            group.create_task(self._live(pace, seed), name="habits")

    @property
    def hushed(self) -> bool:
        """Whether the estate has fallen silent."""
        return self._hushed.is_set()

    def hush(self) -> None:
        """Let no sensor say anything new; what was said is still carried."""
        self._hushed.set()

    async def settled(self) -> None:
        """Wait until everything that was said is acknowledged."""
        await self.ledger.all_answered()

    async def _live(self, pace: Pace, seed: int) -> None:
        loop = asyncio.get_running_loop()
        started = loop.time()
        for moment in live(self._garage.sensors, pace, seed):
            try:
                async with asyncio.timeout(max(0.0, started + moment.at_s - loop.time())):
                    await self._hushed.wait()
                return
            except TimeoutError:
                pass  # nobody asked for silence: it is this sensor's turn
            utterance = self._utterance(moment)
            self.ledger.said(utterance)
            self._told(utterance)
            self.radios[moment.sensor.floor].say(utterance)

    def _utterance(self, moment: Moment) -> Utterance:
        """Date a moment by the sensor's clock, which never gives the same millisecond twice."""
        device = moment.sensor.device
        at_ms = max(time.time_ns() // 1_000_000, self._last_ms.get(device, 0) + 1)
        number = self._numbers.get(device, 0)
        self._last_ms[device], self._numbers[device] = at_ms, number + 1
        return Utterance(moment=moment, number=number, at_ms=at_ms)
