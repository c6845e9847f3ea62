"""Finds out which repository a folder is a checkout of."""

from pathlib import Path

from device_profiles.errors import ProfileError
from device_profiles.repositories.chirpstack import ChirpStack
from device_profiles.repositories.milesight import Milesight
from device_profiles.repositories.offer import Repository
from device_profiles.repositories.ttn import TheThingsNetwork


def open_repository(root: Path) -> Repository:
    """Return the repository that lies in a folder.

    Raises:
        ProfileError: it is none of those that are known, or PyYAML is wanted and missing.
    """
    if (root / "vendor" / "index.yaml").is_file():
        return TheThingsNetwork(root)
    if any(root.glob("vendors/*/vendor.toml")):
        return ChirpStack(root)
    if any(root.glob("*-series/*/*-decoder.js")):
        return Milesight(root)
    raise ProfileError(
        f"{root}: expected a checkout of TheThingsNetwork/lorawan-devices (vendor/index.yaml), "
        "chirpstack/chirpstack-device-profiles (vendors/*/vendor.toml) or Milesight-IoT/SensorDecoders (*-series)"
    )
