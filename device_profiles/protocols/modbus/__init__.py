"""Modbus: reading registers over RS-485 (RTU) and over TCP, as the Modbus Organization has published it."""

from device_profiles.protocols.modbus.block import BITS, MOST_BITS, MOST_REGISTERS, Block, Function
from device_profiles.protocols.modbus.dialogue import RegisterDialogue
from device_profiles.protocols.modbus.refusal import refusal_words
from device_profiles.protocols.modbus.rtu import crc16, framed
from device_profiles.protocols.modbus.tcp import OverTcp

__all__ = [
    "BITS",
    "MOST_BITS",
    "MOST_REGISTERS",
    "Block",
    "Function",
    "OverTcp",
    "RegisterDialogue",
    "crc16",
    "framed",
    "refusal_words",
]
