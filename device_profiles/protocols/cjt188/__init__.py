"""CJ/T 188: how Chinese water, heat and gas meters answer, in the editions of 2004 and 2018."""

from device_profiles.protocols.cjt188.decode import Content, Message, decode, understand
from device_profiles.protocols.cjt188.frame import (
    Frame,
    checked_address,
    read_frame,
    read_frames,
    write_frame,
)
from device_profiles.protocols.cjt188.identifiers import CONTROLS, IDENTIFIERS
from device_profiles.protocols.cjt188.meter_types import Family, family_of, type_words
from device_profiles.protocols.cjt188.observations import observations
from device_profiles.protocols.cjt188.quantity import UNITS, Dimension, Quantity, Unit
from device_profiles.protocols.cjt188.questions import (
    ANYBODY,
    Cjt188Dialogue,
    address_question,
    read_question,
)

__all__ = [
    "ANYBODY",
    "CONTROLS",
    "IDENTIFIERS",
    "UNITS",
    "Cjt188Dialogue",
    "Content",
    "Dimension",
    "Family",
    "Frame",
    "Message",
    "Quantity",
    "Unit",
    "address_question",
    "checked_address",
    "decode",
    "family_of",
    "observations",
    "read_frame",
    "read_frames",
    "read_question",
    "type_words",
    "understand",
    "write_frame",
]
