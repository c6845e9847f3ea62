"""A line's port spoken on: opened, used and closed in one thread of its own; any trouble with it is a `LineLost`."""

import termios
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeVar

import serial

from edge_agent.sources.bus.exchange import Came, Exchange
from edge_agent.sources.bus.port import Port, open_port
from edge_agent.sources.bus_tables import BusSettings

T = TypeVar("T")
_LOOK_S: Final = 0.02
"""How long one look at the port may take; so fine is every wait."""
_STILL_CHARACTERS: Final = 3.5
"""Modbus over Serial Line V1.02, 2.5.1.1; other protocols ask for no more."""


class LineLost(Exception):
    """The port cannot be opened, was pulled out, or its other end hung up."""


class Line:
    """The port of a line; every call blocks and belongs into the line's own thread."""

    def __init__(self, settings: BusSettings, clock: Callable[[], float] = time.monotonic) -> None:
        """Take the settings; nothing is opened."""
        self._settings, self._clock = settings, clock
        self._port: Port | None = None
        self._stopped = False
        self._last_s = 0.0
        self.stray = 0
        """How often something was heard when nobody had been asked."""

    def open(self) -> None:
        """Open the port.

        Raises:
            LineLost: it cannot be opened; says why.
        """
        self.close()
        self._port = _translated(lambda: open_port(self._settings, _LOOK_S))

    def close(self) -> None:
        """Close the port."""
        port, self._port = self._port, None
        if port is not None:
            with suppress(LineLost):  # it is gone already
                _translated(port.close)

    def stop(self) -> None:
        """Let whatever waits for an answer end soon; may be called from any thread."""
        self._stopped = True

    def converse(self, exchange: Exchange, doubt_s: float = 0.0) -> Came:
        """Ask and listen until the exchange is over; for `doubt_s` before it whatever comes is passed over.

        Raises:
            LineLost: the port is gone.
        """
        port = self._port
        if port is None:
            raise LineLost("the port is not open")
        return _translated(lambda: self._conversed(port, exchange, doubt_s))

    def _conversed(self, port: Port, exchange: Exchange, doubt_s: float) -> Came:
        self._come_to_rest(port, doubt_s)
        leaves_s = self._clock() + len(exchange.question) * self._settings.character_s
        port.say(exchange.question)
        exchange.sent(max(self._clock(), leaves_s))
        while exchange.left_s(self._clock()) > 0.0:
            octets = self._hear(port)
            if octets:
                exchange.heard(octets, self._clock())
        self._last_s = self._clock()
        return exchange.ended()

    def _come_to_rest(self, port: Port, doubt_s: float) -> None:
        """Wait until the line has been still for its pause; what is heard meanwhile answers nothing."""
        pause_s = max(self._settings.pause_s, _STILL_CHARACTERS * self._settings.character_s)
        began_s = self._clock()
        still_s, stray = max(self._last_s + pause_s, began_s + doubt_s), False
        while True:
            octets = self._hear(port) if port.waiting() else b""
            now_s = self._clock()
            if octets:
                stray = True
                still_s = max(still_s, now_s + pause_s)
            if now_s >= min(still_s, began_s + doubt_s + self._settings.timeout_s):
                break
            time.sleep(min(_LOOK_S, still_s - now_s))
        self.stray += stray

    def _hear(self, port: Port) -> bytes:
        if self._stopped:
            raise LineLost("the source ends")
        return port.hear()


def _translated(work: Callable[[], T]) -> T:
    try:
        return work()
    except (serial.SerialException, OSError, termios.error, ValueError) as error:
        raise LineLost(str(error) or type(error).__name__) from error
