"""Impinj R700 behind a middleware that writes the tag's number into `epc` in hexadecimal."""

from functools import partial

from device_profiles.protocols.rfid import read_impinj, reader_codec

decode = reader_codec(partial(read_impinj, epc_in_hex=True))
