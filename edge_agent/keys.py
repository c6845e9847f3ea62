"""The site's keys of devices that encrypt what they send."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from chassis import ConfigError, Text
from device_profiles import Key, ProfileError, read_keys
from wire import DeviceId, device_id


class KeysSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the keys are; the file is for the agent's eyes alone (chmod 600)."""

    file: Text


def device_keys(path: Path) -> Mapping[DeviceId, Key]:
    """Return each device's key.

    Raises:
        ConfigError: the file cannot be read, others may read it, or it holds something else than keys.
    """
    try:
        found = read_keys(path)
    except ProfileError as error:
        raise ConfigError(str(error)) from error
    keys: dict[DeviceId, Key] = {}
    for name, key in found.items():
        device = device_id(name)
        if device in keys:
            raise ConfigError(f"{path}: expected each device once, got {name!r} again")
        keys[device] = key
    return keys
