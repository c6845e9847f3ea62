"""Wireless M-Bus: links, layers, secrecy and records of EN 13757-4 and EN 13757-7."""

from device_profiles.protocols.wmbus.crc import crc16
from device_profiles.protocols.wmbus.link import Link, read_links, with_format_a, with_format_b
from device_profiles.protocols.wmbus.said import Said
from device_profiles.protocols.wmbus.secrecy import NoKeyError, WrongKeyError
from device_profiles.protocols.wmbus.status import OWN_BITS, STATUS_WORDS, status_words
from device_profiles.protocols.wmbus.telegram import RadioTelegram, read_telegram
from device_profiles.protocols.wmbus.wired import explain_wired

__all__ = [
    "OWN_BITS",
    "STATUS_WORDS",
    "Link",
    "NoKeyError",
    "RadioTelegram",
    "Said",
    "WrongKeyError",
    "crc16",
    "explain_wired",
    "read_links",
    "read_telegram",
    "status_words",
    "with_format_a",
    "with_format_b",
]
