"""LwM2M (OMA Lightweight M2M 1.0 and 1.1): what devices register, and what their resources say."""

from device_profiles.protocols.lwm2m.contents import Stated, Writing, read_contents
from device_profiles.protocols.lwm2m.links import Link, read_links
from device_profiles.protocols.lwm2m.path import Path, made_path, read_path
from device_profiles.protocols.lwm2m.registry import COMMON, OBJECTS, Resource, resource_at
from device_profiles.protocols.lwm2m.tlv import Entry, Kind, read_tlv, write_tlv
from device_profiles.protocols.lwm2m.value import Type, Value, from_binary, from_plain, from_text

__all__ = [
    "COMMON",
    "OBJECTS",
    "Entry",
    "Kind",
    "Link",
    "Path",
    "Resource",
    "Stated",
    "Type",
    "Value",
    "Writing",
    "from_binary",
    "from_plain",
    "from_text",
    "made_path",
    "read_contents",
    "read_links",
    "read_path",
    "read_tlv",
    "resource_at",
    "write_tlv",
]
