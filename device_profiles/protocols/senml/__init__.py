"""SenML (RFC 8428): packs and streams in JSON and CBOR, as NB-IoT and LwM2M devices send them."""

from device_profiles.protocols.senml.dialect import Dialect
from device_profiles.protocols.senml.pack import guess_format, read_pack
from device_profiles.protocols.senml.resolve import ABSOLUTE_FROM_S, Record, resolve

__all__ = ["ABSOLUTE_FROM_S", "Dialect", "Record", "guess_format", "read_pack", "resolve"]
