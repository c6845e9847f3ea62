"""`accepted.toml`: which profile a person accepted for which device; written by the command, read by the agent."""

import json
import logging
import os
from collections.abc import Container
from pathlib import Path
from typing import Final

from msgspec import Struct

from chassis import ConfigError, Text, read_config
from wire import DeviceId, device_id

log = logging.getLogger(__name__)
_HEAD: Final = "# 由 lilong agent accept 写入。Written by lilong agent accept; a running agent takes it up.\n"


class _Device(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: Text
    profile: Text


class _File(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    devices: tuple[_Device, ...] = ()


Accepted = dict[DeviceId, str]
"""Profile keys by device."""


def read_accepted(path: Path) -> Accepted:
    """Return the accepted devices; none where there is no file.

    Raises:
        ConfigError: the file is wrong; names table and key.
    """
    if not path.exists():
        return {}
    return {device_id(entry.id): entry.profile for entry in read_config(path, _File).devices}


def sound_accepted(path: Path, known: Container[str]) -> Accepted:
    """Return the accepted devices with a known profile, and log the rest: what a command wrote stops no gateway.

    A device that is left out goes to the quarantine again, where it can be accepted once more.
    """
    try:
        accepted = read_accepted(path)
    except ConfigError as error:
        log.error("%s; no device counts as accepted until somebody mends or deletes the file", error)  # noqa: TRY400
        return {}
    for device, key in accepted.items():
        if key not in known:
            log.error(
                "%s: device %r: expected a known profile, got %r; its readings are quarantined",
                path,
                device,
                key,
            )
    return {device: key for device, key in accepted.items() if key in known}


def accept_device(path: Path, device: DeviceId, profile: str) -> None:
    """Write down that a device has this profile, in place of an earlier one; a power cut leaves no half file.

    Raises:
        ConfigError: no device can have such a name, the file is wrong, or cannot be written.
    """
    if not device.strip() or not device.isprintable():
        raise ConfigError(f"expected a device as the quarantine page shows it, got {device!r}")
    accepted = read_accepted(path) | {device: profile}
    lines = [
        f"\n[[devices]]\nid = {json.dumps(name, ensure_ascii=False)}\nprofile = {json.dumps(key)}\n"
        for name, key in sorted(accepted.items())
    ]
    fresh = path.with_name(f"{path.name}.new")
    try:
        with fresh.open("w", encoding="utf-8") as file:
            file.write(_HEAD + "".join(lines))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be written: {error}; run the command as the agent's user"
        ) from error


def _sync_folder(folder: Path) -> None:
    """Make the renaming itself survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
