"""What an RFID tag's memory says: the GS1 EPC Tag Data Standard, in bits, in URIs and as GS1 keys."""

from device_profiles.protocols.epc.codings import codings_of
from device_profiles.protocols.epc.identity import Identity, identity, read_identity
from device_profiles.protocols.epc.keys import (
    element_string,
    gs1_key,
    has_element_string,
    has_key,
    read_element_string,
)
from device_profiles.protocols.epc.plus import PlusTag, read_plus
from device_profiles.protocols.epc.recognise import Content, Recognised, recognise
from device_profiles.protocols.epc.tag import Tag, read_tag, read_tag_hex, read_tag_uri, tag_of
from device_profiles.protocols.epc.tid import Tid, read_tid

__all__ = [
    "Content",
    "Identity",
    "PlusTag",
    "Recognised",
    "Tag",
    "Tid",
    "codings_of",
    "element_string",
    "gs1_key",
    "has_element_string",
    "has_key",
    "identity",
    "read_element_string",
    "read_identity",
    "read_plus",
    "read_tag",
    "read_tag_hex",
    "read_tag_uri",
    "read_tid",
    "recognise",
    "tag_of",
]
