"""Zebra RFD40 and RFD90 sleds: the dataEVT of their MQTT interface."""

from device_profiles.protocols.rfid import read_zebra, reader_codec

decode = reader_codec(read_zebra)
