"""Finds the profile that a setting names, or says which setting names none."""

from chassis import ConfigError
from device_profiles import ProfileError, Shelf


def profile_named(shelf: Shelf, key: str, where: str) -> str:
    """Return the key of the profile that the setting at `where` names; empty stays empty.

    Raises:
        ConfigError: there is no such profile; says what comes near.
    """
    if not key:
        return ""
    try:
        return shelf.profile(key).key
    except ProfileError as error:
        raise ConfigError(f"{where}: {error}") from error
