"""The identities that cross the wire: plain text or numbers, told apart by type alone."""

import re
from enum import IntEnum, StrEnum
from typing import Final, NewType

DeviceId = NewType("DeviceId", str)
GatewayId = NewType("GatewayId", str)
PlaceId = NewType("PlaceId", str)
BayId = NewType("BayId", str)
PropertyName = NewType("PropertyName", str)
Epoch = NewType("Epoch", int)
"""One life of a writer: a random number of 63 bits (it must fit SQLite's and PostgreSQL's signed integers)."""

Seq = NewType("Seq", int)
"""A row's number, contiguous from 0 within (gateway, stream, epoch)."""


class Stream(StrEnum):
    """The priority classes of rows, each numbered by itself, the most urgent first."""

    ALARM = "alarm"
    STATE = "state"
    TELEMETRY = "telemetry"


class TimeTrust(IntEnum):
    """How far an observation's time can be believed.

    `UNSYNCED` times count milliseconds since the gateway booted, not since 1970: nobody may show them as a date
    before the boot's offset is known.
    """

    SYNCED = 0
    DEVICE = 1
    UNSYNCED = 2
    REPAIRED = 3


_EUI: Final = re.compile(r"[0-9A-Fa-f]{2}(?:([-:]?)[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){6}")


def device_id(text: str) -> DeviceId:
    """Return a device's id in the one form in which it is kept: an EUI-64 in lower case without separators.

    People copy an EUI from labels and consoles as `0004A30B001C3F5E` or `00-04-a3-0b-00-1c-3f-5e`; anything else is
    an id as it stands.
    """
    if not _EUI.fullmatch(text):
        return DeviceId(text)
    return DeviceId(text.replace("-", "").replace(":", "").lower())
