"""The port of a line: opened, spoken on and closed in one thread of its own; any trouble with it is a `LineLost`."""

import termios
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol, TypeVar, cast

import serial
from serial.rs485 import RS485Settings

from edge_agent.sources.bus.exchange import Came, Exchange
from edge_agent.sources.bus_tables import BusSettings, Parity, Rs485Settings, StopBits

T = TypeVar("T")
MODBUS_TCP: Final = "modbus-tcp://"
_SLICE_S: Final = 0.02
"""How long one look at the port may take; so fine is every wait."""
_WRITE_WITHIN_S: Final = 10.0
_PARITY: Final = {
    Parity.NONE: serial.PARITY_NONE,
    Parity.EVEN: serial.PARITY_EVEN,
    Parity.ODD: serial.PARITY_ODD,
}
_STOP_BITS: Final = {
    StopBits.ONE: serial.STOPBITS_ONE,
    StopBits.ONE_AND_A_HALF: serial.STOPBITS_ONE_POINT_FIVE,
    StopBits.TWO: serial.STOPBITS_TWO,
}


class Port(Protocol):
    """What pySerial's ports of every kind can do, as far as it is needed."""

    @property
    def in_waiting(self) -> int:
        """How many bytes can be read at once."""
        ...

    def open(self) -> None:
        """Open it."""
        ...

    def read(self, size: int, /) -> bytes:
        """Return up to so many bytes, fewer where no more come within the time-out."""
        ...

    def write(self, octets: bytes, /) -> object:
        """Send."""
        ...

    def flush(self) -> None:
        """Wait until all has left."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


class LineLost(Exception):
    """The port cannot be opened, was pulled out, or its other end hung up."""


class Line:
    """A serial port, or a converter's address; every call blocks and belongs into the line's own thread."""

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
        self._port = _translated(lambda: _opened(self._settings))

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
        port.write(exchange.question)
        port.flush()  # some drivers return while characters are still in their buffer
        exchange.sent(max(self._clock(), leaves_s))
        while exchange.left_s(self._clock()) > 0.0:
            octets = self._hear(port)
            if octets:
                exchange.heard(octets, self._clock())
        self._last_s = self._clock()
        return exchange.ended()

    def _come_to_rest(self, port: Port, doubt_s: float) -> None:
        """Wait until the line has been still for its pause; what is heard meanwhile answers nothing."""
        pause_s = max(self._settings.pause_s, 3.5 * self._settings.character_s)
        began_s = self._clock()
        still_s, discarded = max(self._last_s + pause_s, began_s + doubt_s), 0
        while True:
            octets = self._hear(port) if port.in_waiting else b""
            now_s = self._clock()
            if octets:
                discarded += len(octets)
                still_s = max(still_s, now_s + pause_s)
            if now_s >= min(still_s, began_s + doubt_s + self._settings.timeout_s):
                break
            time.sleep(min(_SLICE_S, still_s - now_s))
        self.stray += discarded > 0

    def _hear(self, port: Port) -> bytes:
        """Return what comes within one look."""
        if self._stopped:
            raise LineLost("the source ends")
        first = port.read(1)
        waiting = port.in_waiting if first else 0
        return first + port.read(waiting) if waiting else first


def _translated(work: Callable[[], T]) -> T:
    try:
        return work()
    except (serial.SerialException, OSError, termios.error, ValueError) as error:
        raise LineLost(str(error) or type(error).__name__) from error


def _opened(settings: BusSettings) -> Port:
    url = settings.port
    if url.startswith(MODBUS_TCP):
        url = "socket://" + url.removeprefix(MODBUS_TCP)
    port = serial.serial_for_url(
        url,
        do_not_open=True,
        baudrate=settings.baud,
        parity=_PARITY[settings.parity],
        stopbits=_STOP_BITS[settings.stop_bits],
        timeout=_SLICE_S,
        write_timeout=_WRITE_WITHIN_S,
        exclusive=None if "://" in url else True,
    )
    if settings.rs485 is not None:
        port.rs485_mode = _rs485(settings.rs485)
    opened = cast(Port, port)
    opened.open()
    return opened


def _rs485(settings: Rs485Settings) -> RS485Settings:
    return RS485Settings(
        rts_level_for_tx=settings.rts_high_to_send,
        rts_level_for_rx=not settings.rts_high_to_send,
        delay_before_tx=settings.before_s or None,
        delay_before_rx=settings.after_s or None,
    )
