"""Zebra FX7500, FX9600, FXR60 and FXR90: the tag data events of the IoT Connector."""

from device_profiles.protocols.rfid import read_zebra, reader_codec

decode = reader_codec(read_zebra)
