"""DL/T 698.45: how Chinese electricity meters answer in objects and attributes."""

from device_profiles.protocols.dlt698.apdu import Apdu, Records, Result, read_apdu
from device_profiles.protocols.dlt698.dar import dar_words
from device_profiles.protocols.dlt698.data import Data
from device_profiles.protocols.dlt698.link import (
    Frame,
    Segment,
    Server,
    assembled,
    check16,
    read_frame,
    read_frames,
    server_of,
    write_frame,
)
from device_profiles.protocols.dlt698.objects import Attribute, attribute_of
from device_profiles.protocols.dlt698.observations import observations
from device_profiles.protocols.dlt698.questions import (
    ANYBODY,
    Dlt698Dialogue,
    address_question,
    get_question,
)

__all__ = [
    "ANYBODY",
    "Apdu",
    "Attribute",
    "Data",
    "Dlt698Dialogue",
    "Frame",
    "Records",
    "Result",
    "Segment",
    "Server",
    "address_question",
    "assembled",
    "attribute_of",
    "check16",
    "dar_words",
    "get_question",
    "observations",
    "read_apdu",
    "read_frame",
    "read_frames",
    "server_of",
    "write_frame",
]
