"""The estate's LoRaWAN network server: publishes each frame over one MQTT connection until the broker has it."""

import asyncio
import logging
from typing import Final

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from demo.estate.chirpstack import up_event, up_topic
from demo.estate.frames import Frame, frame_of
from demo.estate.ledger import Ledger
from demo.estate.sensor import Said, Utterance

log = logging.getLogger(__name__)
_LONGEST_RETRY_S: Final = 2
_MOST_IN_FLIGHT: Final = 500


class NetworkServer:
    """A `Carrier` that speaks as ChirpStack does.

    paho keeps what has no PUBACK and publishes it again after a reconnect, with the same packet id; its callbacks
    come in its own thread and only hand over to the event loop.
    """

    def __init__(self, host: str, port: int, ledger: Ledger, name: str = "chirpstack") -> None:
        """Name the gateway's broker; nothing is opened yet."""
        self._host, self._port, self._ledger = host, port, ledger
        self._client = paho.Client(CallbackAPIVersion.VERSION2, client_id=name, clean_session=True)
        self._client.max_inflight_messages_set(_MOST_IN_FLIGHT)
        self._client.reconnect_delay_set(1, _LONGEST_RETRY_S)
        self._flying: dict[int, Said] = {}

    def send(self, utterance: Utterance, /) -> None:
        """Publish a parking sensor's frame."""
        self.carry(utterance, frame_of(utterance))

    def carry(self, said: Said, frame: Frame) -> None:
        """Publish a frame that any device has sent."""
        self._ledger.sent(said, asyncio.get_running_loop().time())
        published = self._client.publish(up_topic(said), up_event(said, frame), qos=1)
        self._flying[published.mid] = said

    async def run(self) -> None:
        """Stay connected until cancelled."""
        loop = asyncio.get_running_loop()

        def published(_c: paho.Client, _u: object, mid: int, _r: ReasonCode, _p: Properties) -> None:
            loop.call_soon_threadsafe(self._answered, mid)

        self._client.on_publish = published
        self._client.connect_async(self._host, self._port, keepalive=15)
        self._client.loop_start()
        try:
            await asyncio.Event().wait()
        finally:
            self._client.disconnect()
            self._client.loop_stop()

    def _answered(self, mid: int) -> None:
        said = self._flying.pop(mid, None)
        if said is None:
            log.warning("the broker acknowledged packet %s, which was not sent", mid)
        else:
            self._ledger.answered(said, asyncio.get_running_loop().time())
