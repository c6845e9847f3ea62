"""DL/T 645: how Chinese electricity meters answer, in the editions of 1997 and 2007."""

from device_profiles.protocols.dlt645.control import error_words, function_words, tells_edition
from device_profiles.protocols.dlt645.decode import Message, decode, understand
from device_profiles.protocols.dlt645.dialogue import Dlt645Dialogue
from device_profiles.protocols.dlt645.frame import (
    Frame,
    checked_address,
    read_frame,
    read_frames,
    write_frame,
)
from device_profiles.protocols.dlt645.identifiers_1997 import item_1997
from device_profiles.protocols.dlt645.identifiers_2007 import item_2007
from device_profiles.protocols.dlt645.item import Content, Item, Kind
from device_profiles.protocols.dlt645.observations import observations
from device_profiles.protocols.dlt645.questions import (
    ANYBODY,
    EVERYBODY,
    address_question,
    follow_question,
    read_question,
    time_broadcast,
)

__all__ = [
    "ANYBODY",
    "EVERYBODY",
    "Content",
    "Dlt645Dialogue",
    "Frame",
    "Item",
    "Kind",
    "Message",
    "address_question",
    "checked_address",
    "decode",
    "error_words",
    "follow_question",
    "function_words",
    "item_1997",
    "item_2007",
    "observations",
    "read_frame",
    "read_frames",
    "read_question",
    "tells_edition",
    "time_broadcast",
    "understand",
    "write_frame",
]
