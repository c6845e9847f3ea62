"""What a line needs of a port, and the ports that there are: a tty, RFC 2217, or a plain TCP connection."""

import select
import socket
from typing import Final, Protocol
from urllib.parse import urlsplit

import serial
from serial.rs485 import RS485Settings

from edge_agent.sources.bus_tables import BusSettings, Parity, Rs485Settings, StopBits

MODBUS_TCP: Final = "modbus-tcp"
_TCP: Final = (MODBUS_TCP, "socket")
_RFC2217: Final = "rfc2217"
_CONNECT_WITHIN_S: Final = 5.0
_WRITE_WITHIN_S: Final = 10.0
_MOST: Final = 4096
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
    """An open port; every call may raise OSError."""

    def hear(self) -> bytes:
        """Return what has come in, or comes within one look."""
        ...

    def waiting(self) -> bool:
        """Say whether something has come in."""
        ...

    def say(self, octets: bytes) -> None:
        """Send, and return when the octets have left as far as anybody can tell."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


class SerialPort:
    """A tty, or a converter that speaks RFC 2217."""

    def __init__(self, settings: BusSettings, look_s: float) -> None:
        """Open it."""
        far = settings.port.startswith(_RFC2217)
        port = serial.serial_for_url(
            settings.port,
            do_not_open=True,
            baudrate=settings.baud,
            parity=_PARITY[settings.parity],
            stopbits=_STOP_BITS[settings.stop_bits],
            timeout=look_s,
            write_timeout=None if far else _WRITE_WITHIN_S,  # over RFC 2217 the socket has its own
            exclusive=None if far else True,
        )
        if settings.rs485 is not None:
            port.rs485_mode = _rs485(settings.rs485)
        self._port = port
        self._port.open()

    def hear(self) -> bytes:
        """Return what has come in, or comes within one look."""
        first: bytes = self._port.read(1)
        waiting = self._port.in_waiting if first else 0
        return first + bytes(self._port.read(waiting)) if waiting else first

    def waiting(self) -> bool:
        """Say whether something has come in."""
        return bool(self._port.in_waiting)

    def say(self, octets: bytes) -> None:
        """Send and wait until the driver has sent; some return while characters are still in their buffer."""
        self._port.write(octets)
        self._port.flush()

    def close(self) -> None:
        """Close it."""
        self._port.close()


class TcpPort:
    """A TCP connection to a converter that passes bytes on, or to a Modbus/TCP device."""

    def __init__(self, settings: BusSettings, look_s: float) -> None:
        """Connect."""
        parts = urlsplit(settings.port)
        self._look_s = look_s
        self._sock = socket.create_connection((parts.hostname or "", parts.port or 0), _CONNECT_WITHIN_S)
        self._sock.settimeout(_WRITE_WITHIN_S)
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._poll = select.poll()
        self._poll.register(self._sock, select.POLLIN)

    def hear(self) -> bytes:
        """Return what has come in, or comes within one look."""
        if not self._readable(self._look_s):
            return b""
        octets = self._sock.recv(_MOST)
        if not octets:
            raise ConnectionResetError("the other end hung up")
        return octets

    def waiting(self) -> bool:
        """Say whether something has come in."""
        return self._readable(0.0)

    def say(self, octets: bytes) -> None:
        """Send."""
        self._sock.sendall(octets)

    def close(self) -> None:
        """Hang up."""
        self._sock.close()

    def _readable(self, within_s: float) -> bool:
        return bool(self._poll.poll(within_s * 1000))


def open_port(settings: BusSettings, look_s: float) -> Port:
    """Open the port of a line; one look at it takes `look_s`."""
    far = settings.port.startswith(tuple(f"{scheme}://" for scheme in _TCP))
    return TcpPort(settings, look_s) if far else SerialPort(settings, look_s)


def _rs485(settings: Rs485Settings) -> RS485Settings:
    return RS485Settings(
        rts_level_for_tx=settings.rts_high_to_send,
        rts_level_for_rx=not settings.rts_high_to_send,
        delay_before_tx=settings.before_s or None,
        delay_before_rx=settings.after_s or None,
    )
