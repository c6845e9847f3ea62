"""What named values mean: SenML records and LwM2M resources become observations."""

from device_profiles.resources.codec import senml_codec

__all__ = ["senml_codec"]
