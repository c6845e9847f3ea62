"""Hears devices that send SenML over CoAP, and answers when what they sent is kept."""

import asyncio
import contextlib
import errno
import logging
import socket
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import aiocoap
from aiocoap.error import UnparsableMessage
from aiocoap.numbers.types import NON
from aiocoap.transports.udp6 import UDP6EndpointAddress

from chassis import ConfigError
from device_profiles import Shelf
from edge_agent.sources.allowance import Allowance, Budget
from edge_agent.sources.coap_door import Door, plain_address
from edge_agent.sources.heard import Clock, Intake
from edge_agent.sources.lwm2m import Desk, Line, PlainLine
from edge_agent.sources.named import profile_named
from edge_agent.sources.settings import CoapSettings, Lwm2mSettings, OscoreSettings

if TYPE_CHECKING:
    from edge_agent.sources.oscore import Guard

_LOGGER: Final = "lilong.coap"
_LONGEST_TOKEN: Final = 8
_RESET: Final = b"\x70\x00"
"""With a message id behind it: this notification is of an observation that nobody remembers (RFC 7641, 3.6)."""
_ANSWERS: Final = 2
_DATAGRAMS_A_REQUEST: Final = 20
"""A request may need many blocks; beyond this a peer is not a device but a flood."""
_KNOWN_S: Final = 80.0
_KNOWN_BURST: Final = 1500.0
_STRANGERS_S: Final = 20.0
_STRANGERS_BURST: Final = 500.0
"""For all addresses together, because anybody can invent addresses: at most 27,000 remembered requests, about 65 MB."""
_SENDS: Final = 3
_NOT_OURS: Final = frozenset({errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH})
_LONGEST_DATAGRAM: Final = 65_535
"""The library would cut off at 4096 bytes; what is longer than most_bytes must get its answer too."""


class CoapSource:
    """One UDP port, IPv6 and IPv4; without OSCORE only for networks where every device may be believed."""

    name = "coap"

    def __init__(self, settings: CoapSettings, shelf: Shelf, clock: Clock) -> None:
        """Check the settings; nothing is opened before `run`.

        Raises:
            ConfigError: a limit is not above 0, a profile does not exist, or the keys of OSCORE cannot be read.
        """
        if settings.most_bytes <= 0 or settings.most_each <= 0 or not 0 <= settings.port <= 65535:
            raise ConfigError("table [sources.coap]: expected a port, and most_bytes and most_each above 0")
        profile = profile_named(shelf, settings.profile, "table [sources.coap]: key 'profile'")
        self._settings = settings
        self._desk = _desk(settings.lwm2m, shelf, clock)
        self._door = Door(self.name, settings, profile, clock, self._desk)
        self._gate = Gate(settings.most_each)
        self._door.welcome = self._gate.budget.welcome
        self._guard = _guard(settings.oscore)
        self.port = 0
        """The port that is served, once it is."""

    async def run(self, intake: Intake) -> None:
        """Serve until cancelled.

        Raises:
            ConfigError: the port is taken or the address is none of ours.
        """
        host, port = self._settings.host, self._settings.port
        _check_free(host, port)
        with contextlib.nullcontext() if self._guard is None else self._guard.open():
            await self._serve(intake)

    async def _serve(self, intake: Intake) -> None:
        host, port = self._settings.host, self._settings.port
        logging.getLogger(_LOGGER).setLevel(logging.ERROR)  # below, the library tells of every packet
        self._door.listen_for(intake)
        broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._door.fail = lambda error: None if broken.done() else broken.set_exception(error)
        site = self._door if self._guard is None else self._guard.stand_before(self._door.render, self._door)
        context = await aiocoap.Context.create_server_context(
            site, bind=(host, port), loggername=_LOGGER, transports=["udp6"]
        )
        try:
            self.port = self._gate.stand_before(context)
            if self._desk is None:
                await broken
            else:
                await _with_desk(self._desk.run(self._line(context), intake), broken)
        finally:
            broken.cancel()
            await context.shutdown()

    def _line(self, context: Any) -> Line:
        plain = PlainLine(context)
        if self._guard is None:
            return plain
        from edge_agent.sources.oscore import ProtectedLine

        return ProtectedLine(plain)

    def counts(self) -> Mapping[str, int]:
        """Return the requests and what became of them, the datagrams that were dropped, and the registrations."""
        desk = {} if self._desk is None else self._desk.counts()
        guard = {} if self._guard is None else self._guard.counts
        return {**self._door.counts, **self._gate.counts, **guard, **desk}


class Gate:
    """Drops datagrams before they cost memory: the library remembers every request for 247 seconds."""

    def __init__(self, most_each: int) -> None:
        """Let each address send the blocks of `most_each` requests a minute."""
        datagrams_s = most_each * _DATAGRAMS_A_REQUEST / 60
        self._each = Allowance(datagrams_s, most_each * _DATAGRAMS_A_REQUEST)
        self.budget = Budget(Allowance(_STRANGERS_S, _STRANGERS_BURST), Allowance(_KNOWN_S, _KNOWN_BURST))
        self.counts: Counter[str] = Counter()

    def stand_before(self, context: Any) -> int:
        """Take what the context's socket hears and hand on what is fit; returns the port."""
        tokens = context.request_interfaces[0]
        interface = tokens.token_interface.message_interface
        behind = interface.datagram_msg_received
        interface.transport.max_size = _LONGEST_DATAGRAM
        interface.transport.sendmsg = send = _persistent(interface.transport)

        def received(datagram: bytes, control: Any, flags: int, address: Any) -> None:
            if not self._fit(datagram, flags, plain_address(address[0])):
                return
            if _is_news(datagram) and _key(datagram, address, interface) not in tokens.outgoing_requests:
                self.counts["unwanted"] += 1
                send(_RESET + datagram[2:4], [], 0, address)
            else:
                behind(datagram, control, flags, address)

        interface.datagram_msg_received = received
        return int(interface.transport.get_extra_info("socket").getsockname()[1])

    def _fit(self, datagram: bytes, flags: int, address: str) -> bool:
        now_s = time.monotonic()
        if not self._each.allows(address, now_s) or not self.budget.allows(address, now_s):
            fault = "dropped_flood"
        elif flags & socket.MSG_TRUNC or not _parses(datagram):
            fault = "dropped_malformed"
        else:
            return True
        self.counts[fault] += 1
        return False


async def _with_desk(running: Coroutine[Any, Any, None], broken: "asyncio.Future[None]") -> None:
    """Run the desk until it or the server fails."""
    desk = asyncio.create_task(running, name="lwm2m")
    try:
        await asyncio.wait({desk, broken}, return_when=asyncio.FIRST_COMPLETED)
        for ended in (desk, broken):
            if ended.done():
                ended.result()
    finally:
        desk.cancel()
        await asyncio.gather(desk, return_exceptions=True)


def _guard(settings: OscoreSettings | None) -> "Guard | None":
    """Make the guard; its cryptography is 12 MB that a gateway without OSCORE never needs."""
    if settings is None:
        return None
    try:
        from edge_agent.sources.oscore import Guard, read_nodes
    except ImportError as error:
        raise ConfigError(
            f"table [sources.coap.oscore]: a package is missing ({error}); pip install lilong[edge]"
        ) from error
    return Guard(read_nodes(Path(settings.keys)), Path(settings.state), require=settings.require)


def _desk(settings: Lwm2mSettings | None, shelf: Shelf, clock: Clock) -> Desk | None:
    if settings is None:
        return None
    key = profile_named(shelf, settings.profile, "table [sources.coap.lwm2m]: key 'profile'")
    return Desk(settings, shelf.profile(key).objects, clock)


def _is_news(datagram: bytes) -> bool:
    """Whether it is an answer that asks for no acknowledgement; the library would say nothing if nobody wants it."""
    return datagram[0] >> 4 & 3 == NON and datagram[1] >> 5 >= _ANSWERS


def _key(datagram: bytes, address: Any, interface: Any) -> tuple[bytes, UDP6EndpointAddress]:
    """What the library files a request under: its token and where it went."""
    return datagram[4 : 4 + (datagram[0] & 0x0F)], UDP6EndpointAddress(address, interface)


def _persistent(transport: Any) -> Callable[[bytes, Any, int, Any], None]:
    """Return a way to send that another peer's fault does not stop.

    Linux reports that somebody is out of reach at the next send, to whomever that goes (IP_RECVERR), and the library
    takes the answer for sent. So one gone peer would cost another its answer until it asks again.
    """
    sock, behind = transport.get_extra_info("socket"), transport.sendmsg

    def send(datagram: bytes, control: Any, flags: int, address: Any) -> None:
        for _ in range(_SENDS):
            try:
                sock.sendmsg((datagram,), control, flags, address)
            except OSError as error:
                if error.errno not in _NOT_OURS:
                    break
            else:
                return
        behind(datagram, control, flags, address)  # it is this address after all, or something else: as ever

    return send


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
