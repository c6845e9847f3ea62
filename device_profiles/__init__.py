"""What a device's bytes mean: one folder a device kind, and the envelopes that they travel in."""

from device_profiles.device import check_device
from device_profiles.dialogue import Dialogue
from device_profiles.envelopes import Envelope, Opened, open_envelope
from device_profiles.errors import DecodeError, NoBytesError, ProfileError
from device_profiles.key_files import read_key, read_keys
from device_profiles.profile import Codec, Profile
from device_profiles.reading import Format, Key, Reading
from device_profiles.shelf import Shelf, load_shelf
from device_profiles.written import from_base64, from_hex

__all__ = [
    "Codec",
    "DecodeError",
    "Dialogue",
    "Envelope",
    "Format",
    "Key",
    "NoBytesError",
    "Opened",
    "Profile",
    "ProfileError",
    "Reading",
    "Shelf",
    "check_device",
    "from_base64",
    "from_hex",
    "load_shelf",
    "open_envelope",
    "read_key",
    "read_keys",
]
