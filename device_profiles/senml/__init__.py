"""SenML (RFC 8428): packs in JSON and CBOR, as NB-IoT and LwM2M devices send them."""

from device_profiles.senml.decode import senml_codec
from device_profiles.senml.pack import guess_format, read_pack
from device_profiles.senml.resolve import Record, resolve

__all__ = ["Record", "guess_format", "read_pack", "resolve", "senml_codec"]
