"""Hears devices that send SenML over CoAP, and answers when what they sent is kept."""

import asyncio
import logging
import socket
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import aiocoap
from aiocoap.error import UnparsableMessage

from chassis import ConfigError
from device_profiles import Shelf
from edge_agent.sources.allowance import Allowance
from edge_agent.sources.coap_door import Door
from edge_agent.sources.heard import Clock, Intake
from edge_agent.sources.named import profile_named
from edge_agent.sources.settings import CoapSettings

_LOGGER: Final = "lilong.coap"
_LONGEST_TOKEN: Final = 8
_DATAGRAMS_A_REQUEST: Final = 20
"""A request may need many blocks; beyond this a peer is not a device but a flood."""
_ALL_DATAGRAMS_S: Final = 100.0
_ALL_BURST: Final = 2000.0
"""For all addresses together, because anybody can invent addresses: at most 27,000 remembered requests, about 30 MB."""


class CoapSource:
    """One UDP port, IPv6 and IPv4; plain CoAP, so only for networks where every device may be believed."""

    name = "coap"

    def __init__(self, settings: CoapSettings, shelf: Shelf, clock: Clock) -> None:
        """Check the settings; nothing is opened before `run`.

        Raises:
            ConfigError: a limit is not above 0, or the profile does not exist.
        """
        if settings.most_bytes <= 0 or settings.most_each <= 0 or not 0 <= settings.port <= 65535:
            raise ConfigError("table [sources.coap]: expected a port, and most_bytes and most_each above 0")
        profile = profile_named(shelf, settings.profile, "table [sources.coap]: key 'profile'")
        self._settings = settings
        self._door = Door(self.name, settings, profile, clock)
        self._gate = Gate(settings.most_each)
        self.port = 0
        """The port that is served, once it is."""

    async def run(self, intake: Intake) -> None:
        """Serve until cancelled.

        Raises:
            ConfigError: the port is taken or the address is none of ours.
        """
        host, port = self._settings.host, self._settings.port
        _check_free(host, port)
        logging.getLogger(_LOGGER).setLevel(logging.ERROR)  # below, the library tells of every packet
        self._door.listen_for(intake)
        broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._door.fail = lambda error: None if broken.done() else broken.set_exception(error)
        context = await aiocoap.Context.create_server_context(
            self._door, bind=(host, port), loggername=_LOGGER, transports=["udp6"]
        )
        try:
            self.port = self._gate.stand_before(context)
            await broken
        finally:
            broken.cancel()
            await context.shutdown()

    def counts(self) -> Mapping[str, int]:
        """Return the requests and what became of them, and the datagrams that were dropped."""
        return {**self._door.counts, **self._gate.counts}


class Gate:
    """Drops datagrams before they cost memory: the library remembers every request for 247 seconds."""

    def __init__(self, most_each: int) -> None:
        """Let each address send the blocks of `most_each` requests a minute."""
        datagrams_s = most_each * _DATAGRAMS_A_REQUEST / 60
        self._each = Allowance(datagrams_s, most_each * _DATAGRAMS_A_REQUEST)
        self._all = Allowance(_ALL_DATAGRAMS_S, _ALL_BURST)
        self.counts: Counter[str] = Counter()

    def stand_before(self, context: Any) -> int:
        """Take what the context's socket hears and hand on what is fit; returns the port."""
        interface = context.request_interfaces[0].token_interface.message_interface
        behind = interface.datagram_msg_received

        def received(datagram: bytes, control: Any, flags: int, address: Any) -> None:
            if self._fit(datagram, flags, address[0]):
                behind(datagram, control, flags, address)

        interface.datagram_msg_received = received
        return int(interface.transport.get_extra_info("socket").getsockname()[1])

    def _fit(self, datagram: bytes, flags: int, address: str) -> bool:
        now_s = time.monotonic()
        if not self._each.allows(address, now_s) or not self._all.allows("", now_s):
            fault = "dropped_flood"
        elif flags & socket.MSG_TRUNC:
            fault = "dropped_oversized"
        elif not _parses(datagram):
            fault = "dropped_malformed"
        else:
            return True
        self.counts[fault] += 1
        return False


def _parses(datagram: bytes) -> bool:
    """Whether the library can read a datagram; it would log a traceback for some that it cannot."""
    if not datagram or datagram[0] & 0x0F > _LONGEST_TOKEN:
        return False
    try:
        aiocoap.Message.decode(datagram)
    except (UnparsableMessage, ValueError):
        return False
    return True


def _check_free(host: str, port: int) -> None:
    """The library shares a port with any other server of its kind, which would split the readings between them."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            sock.bind((host, port))
    except OSError as error:
        raise ConfigError(
            f"cannot listen on UDP {host} port {port} ({error.strerror or error}); "
            "stop the other program or change table [sources.coap]"
        ) from error
