"""The tables [[sources.bus]] of agent.toml: a line, how its port is set, and the devices that are asked on it."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from chassis import Text

Pause = Annotated[float, Meta(ge=0, le=10)]
Patience = Annotated[float, Meta(ge=0.01, le=60)]
Every = Annotated[float, Meta(ge=0.1, le=604_800)]
Baud = Annotated[int, Meta(ge=50, le=4_000_000)]
Retries = Annotated[int, Meta(ge=0, le=10)]


class Parity(StrEnum):
    """The check bit of each character."""

    NONE = "none"
    EVEN = "even"
    ODD = "odd"


class StopBits(StrEnum):
    """How long a character ends."""

    ONE = "1"
    ONE_AND_A_HALF = "1.5"
    TWO = "2"


class Rs485Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the port's driver switches a transceiver to sending by RTS, where the port does not do it by itself."""

    rts_high_to_send: bool = True
    before_s: Pause = 0.0
    after_s: Pause = 0.0


class PolledSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One device of a line: its address as its protocol writes it; what is left out is as for the line."""

    id: Text
    profile: Text
    address: Text
    every_s: Every | None = None
    timeout_s: Patience | None = None


class BusSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line, on which one question at a time is asked.

    `port` is a serial port (/dev/ttyUSB0), a converter's address (socket://host:port, rfc2217://host:port) or
    modbus-tcp://host:port. Each device is asked every `every_s`, is given `timeout_s` to begin its answer, and is asked
    again `retries` times; the line is left in peace for `pause_s` between two frames, and never for less than 3.5
    characters.
    """

    name: Text
    port: Text
    baud: Baud = 9600
    parity: Parity = Parity.NONE
    stop_bits: StopBits = StopBits.ONE
    rs485: Rs485Settings | None = None
    every_s: Every = 60.0
    timeout_s: Patience = 1.0
    pause_s: Pause = 0.02
    retries: Retries = 1
    devices: tuple[PolledSettings, ...] = ()

    @property
    def character_s(self) -> float:
        """How long one character takes, with its start, parity and stop bits."""
        return 11.0 / self.baud
