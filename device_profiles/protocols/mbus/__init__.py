"""M-Bus, wired: frames, headers and records of EN 13757-2 and EN 13757-3."""

from device_profiles.protocols.mbus.block import plain_meaning
from device_profiles.protocols.mbus.dialogue import MbusDialogue
from device_profiles.protocols.mbus.frame import (
    Frame,
    FrameKind,
    frame_at,
    long_frame,
    read_frame,
    read_frames,
    short_frame,
)
from device_profiles.protocols.mbus.header import (
    LONG,
    SHORT,
    Address,
    Header,
    read_address,
    read_long,
    read_short,
)
from device_profiles.protocols.mbus.maker import maker_code, maker_letters
from device_profiles.protocols.mbus.medium import MEDIA, medium_named
from device_profiles.protocols.mbus.moment import Moment, moment
from device_profiles.protocols.mbus.profile import unpacked
from device_profiles.protocols.mbus.properties import meter_facts
from device_profiles.protocols.mbus.record import (
    Function,
    Record,
    Records,
    Value,
    read_records,
    read_values,
    scaled,
    without_changes,
)
from device_profiles.protocols.mbus.storage import dated
from device_profiles.protocols.mbus.telegram import APPLICATION_ERRORS, Telegram, read_content, read_telegram

__all__ = [
    "APPLICATION_ERRORS",
    "LONG",
    "MEDIA",
    "SHORT",
    "Address",
    "Frame",
    "FrameKind",
    "Function",
    "Header",
    "MbusDialogue",
    "Moment",
    "Record",
    "Records",
    "Telegram",
    "Value",
    "dated",
    "frame_at",
    "long_frame",
    "maker_code",
    "maker_letters",
    "medium_named",
    "meter_facts",
    "moment",
    "plain_meaning",
    "read_address",
    "read_content",
    "read_frame",
    "read_frames",
    "read_long",
    "read_records",
    "read_short",
    "read_telegram",
    "read_values",
    "scaled",
    "short_frame",
    "unpacked",
    "without_changes",
]
