"""A text as the id of a device."""

from typing import Final

from device_profiles.errors import DecodeError
from wire import DeviceId, device_id

LONGEST_DEVICE: Final = 128


def check_device(name: str) -> DeviceId:
    """Return the text as a device's id, in the form of `wire.device_id`.

    Raises:
        DecodeError: it is empty, too long, or holds what nobody can read or type.
    """
    if not name or len(name) > LONGEST_DEVICE or not name.isprintable() or name != name.strip():
        raise DecodeError(
            f"expected a device id of 1 to {LONGEST_DEVICE} readable characters, got {name[:140]!r}"
        )
    return device_id(name)
