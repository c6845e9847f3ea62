"""`lilong agent accept`: from now on this device has that profile, and what the quarantine holds of it is decoded."""

import argparse

import msgspec

from chassis import ConfigError, say, spoken
from device_profiles import load_shelf
from edge_agent.accepted import accept_device
from edge_agent.config import read_configuration
from wire import Words, device_id


def accept(arguments: argparse.Namespace) -> int:
    """Write the device down; a running agent takes it up within seconds, one that stands still when it starts."""
    configuration = read_configuration(arguments.config)
    settings = configuration.agent
    device = device_id(arguments.device)
    for number, entry in enumerate(settings.devices):
        if device_id(entry.id) == device:
            raise ConfigError(
                f"{configuration.name}: table [devices[{number}]] already gives {arguments.device!r} the profile "
                f"{entry.profile!r}; change it there"
            )
    shelf = load_shelf([configuration.path(name) for name in settings.profiles])
    profile = shelf.profile(arguments.profile)
    path = configuration.path(settings.accepted)
    accept_device(path, device, profile.key)
    language = spoken()
    if arguments.json:
        print(msgspec.json.encode({"device": device, "profile": profile.key, "file": str(path)}).decode())
        return 0
    words = Words(
        zh=f"设备 {device} 使用档案 {profile.key}({profile.title.zh})。运行中的网关几秒内生效,隔离区中的读数随即解码。",
        en=f"device {device} has profile {profile.key} ({profile.title.en}). A running gateway takes it up within "
        "seconds and decodes what its quarantine holds.",
    )
    print(say(words, language))
    return 0
