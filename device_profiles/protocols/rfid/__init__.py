"""What RFID readers publish as JSON, and what it means for the tags that they see."""

from device_profiles.protocols.rfid.impinj import read_impinj
from device_profiles.protocols.rfid.llrpkit import read_llrpkit
from device_profiles.protocols.rfid.rows import reader_codec, tampered
from device_profiles.protocols.rfid.sighting import Input, Sighting, Told
from device_profiles.protocols.rfid.zebra import read_zebra

__all__ = [
    "Input",
    "Sighting",
    "Told",
    "read_impinj",
    "read_llrpkit",
    "read_zebra",
    "reader_codec",
    "tampered",
]
