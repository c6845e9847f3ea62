"""The estate's NB-IoT sensors: each posts its SenML pack over CoAP, confirmable, until the gateway says 2.04."""

import asyncio
import random
from collections import deque
from typing import Final, cast

from demo.estate import coap
from demo.estate.ledger import Ledger
from demo.estate.senml import pack_of
from demo.estate.sensor import Utterance
from wire import DeviceId

PATH: Final = "senml"
_SOCKETS: Final = 4
_ACK_TIMEOUT_S: Final = 1.0
_MOST_REPEATS: Final = 3
_ANSWER_WITHIN_S: Final = 30.0
_PAUSE_S: Final = 1.0


class _Sensor:
    """What one sensor has to say, the first of it under way."""

    def __init__(self, port: "_Port") -> None:
        self.port = port
        self.to_say: deque[Utterance] = deque()
        self.token = b""
        self.mid = 0
        self.datagram = b""
        self.repeats = 0
        self.timer: asyncio.TimerHandle | None = None


class NbiotSensors:
    """A `Carrier` for sensors that speak CoAP themselves; a sensor says the next thing when the last is acknowledged.

    A few sockets serve all of them, as the address translation of a mobile network does. Everything runs in
    callbacks of the event loop. Times follow RFC 7252, 4.2, with half its ACK_TIMEOUT.
    """

    def __init__(self, host: str, port: int, ledger: Ledger) -> None:
        """Name the gateway; nothing is opened yet."""
        self._address, self._ledger = (host, port), ledger
        self._ports: list[_Port] = []
        self._sensors: dict[DeviceId, _Sensor] = {}
        self._asking: dict[bytes, _Sensor] = {}
        self._numbers = random.randrange(2**32)
        self.refused = 0

    @property
    def open(self) -> bool:
        """Whether sensors can speak."""
        return len(self._ports) == _SOCKETS

    def send(self, utterance: Utterance, /) -> None:
        """Let a sensor say something after what it has to say already."""
        device = utterance.sensor.device
        sensor = self._sensors.get(device)
        if sensor is None:
            sensor = self._sensors[device] = _Sensor(self._ports[len(self._sensors) % _SOCKETS])
        sensor.to_say.append(utterance)
        if len(sensor.to_say) == 1:
            self._ask(sensor)

    async def run(self) -> None:
        """Carry until cancelled."""
        loop = asyncio.get_running_loop()
        for _ in range(_SOCKETS):
            _, port = await loop.create_datagram_endpoint(lambda: _Port(self), remote_addr=self._address)
            self._ports.append(port)
        try:
            await asyncio.Event().wait()
        finally:
            for sensor in self._sensors.values():
                _stop(sensor)
            for port in self._ports:
                port.close()

    def heard(self, answer: coap.Answer, port: "_Port") -> None:
        """Take what came back."""
        if answer.type is coap.Type.CONFIRMABLE:
            port.send(coap.acknowledge(answer.mid))
        if answer.type in (coap.Type.ACKNOWLEDGEMENT, coap.Type.RESET) and answer.code == coap.EMPTY:
            self._heard_empty(answer, port)
            return
        sensor = self._asking.get(answer.token)
        if sensor is None or sensor.port is not port:
            return
        _stop(sensor)
        del self._asking[answer.token]
        if answer.code == coap.CHANGED:
            self._ledger.answered(sensor.to_say.popleft(), asyncio.get_running_loop().time())
            if sensor.to_say:
                self._ask(sensor)
        else:
            self._refused(sensor)

    def _heard_empty(self, answer: coap.Answer, port: "_Port") -> None:
        """The request arrived and the answer will follow; or it was thrown back."""
        for sensor in self._asking.values():
            if sensor.port is port and sensor.mid == answer.mid:
                _stop(sensor)
                if answer.type is coap.Type.RESET:
                    self._asking.pop(sensor.token)
                    self._refused(sensor)
                else:
                    sensor.timer = asyncio.get_running_loop().call_later(_ANSWER_WITHIN_S, self._ask, sensor)
                return

    def _refused(self, sensor: _Sensor) -> None:
        self.refused += 1
        pause_s = _PAUSE_S * random.uniform(1.0, 1.5)
        sensor.timer = asyncio.get_running_loop().call_later(pause_s, self._ask, sensor)

    def _ask(self, sensor: _Sensor) -> None:
        """Begin an exchange for the first thing that the sensor has to say."""
        said = sensor.to_say[0]
        self._asking.pop(sensor.token, None)
        self._numbers = (self._numbers + 1) % 2**32
        sensor.token, sensor.mid = self._numbers.to_bytes(4, "big"), sensor.port.next_mid()
        payload, content_format = pack_of(said)
        sensor.datagram = coap.post(sensor.mid, sensor.token, PATH, content_format, payload)
        sensor.repeats = 0
        self._asking[sensor.token] = sensor
        self._ledger.sent(said, asyncio.get_running_loop().time())
        self._transmit(sensor)

    def _transmit(self, sensor: _Sensor) -> None:
        """Send the same message, again after a growing time, and when that was in vain begin anew."""
        sensor.port.send(sensor.datagram)
        wait_s = _ACK_TIMEOUT_S * random.uniform(1.0, 1.5) * 2**sensor.repeats
        step = self._transmit if sensor.repeats < _MOST_REPEATS else self._ask
        sensor.repeats += 1
        sensor.timer = asyncio.get_running_loop().call_later(wait_s, step, sensor)


class _Port(asyncio.DatagramProtocol):
    """One socket with its own run of message ids."""

    def __init__(self, sensors: NbiotSensors) -> None:
        self._sensors = sensors
        self._transport: asyncio.DatagramTransport | None = None
        self._mid = random.randrange(2**16)

    def next_mid(self) -> int:
        """Return a message id that this socket has not used for long."""
        self._mid = (self._mid + 1) % 2**16
        return self._mid

    def send(self, datagram: bytes) -> None:
        """Send, into the void if nobody listens."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(datagram)

    def close(self) -> None:
        """Close the socket."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the open socket."""
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: object) -> None:
        """Hand over what came; it can only be from the gateway."""
        del addr
        answer = coap.read_answer(data)
        if answer is not None:
            self._sensors.heard(answer, self)

    def error_received(self, exc: Exception) -> None:
        """Nobody listens at the gateway at present: the sensor's own timer will try again."""


def _stop(sensor: _Sensor) -> None:
    if sensor.timer is not None:
        sensor.timer.cancel()
        sensor.timer = None
