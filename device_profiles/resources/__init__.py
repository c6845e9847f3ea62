"""What named values mean: SenML records and LwM2M resources become observations."""

from device_profiles.resources.codec import resource_codec
from device_profiles.resources.names import Names, place_of
from device_profiles.resources.said import says_its_times

__all__ = ["Names", "place_of", "resource_codec", "says_its_times"]
