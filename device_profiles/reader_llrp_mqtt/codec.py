"""Any LLRP reader behind llrpkit's MQTT bridge."""

from device_profiles.protocols.rfid import read_llrpkit, reader_codec

decode = reader_codec(read_llrpkit)
