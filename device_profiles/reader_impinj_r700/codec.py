"""Impinj R700: what its IoT device interface publishes, the tag's number in base64url as it is by default."""

from device_profiles.protocols.rfid import read_impinj, reader_codec

decode = reader_codec(read_impinj)
