"""`lilong profile list`: every known profile."""

import argparse

import msgspec

from device_profiles.commands.words import tell
from device_profiles.shelf import load_folders


def list_profiles(options: argparse.Namespace, language: str) -> int:
    """Print one line a profile: its key and its title."""
    profiles = sorted((one.profile for one in load_folders(options.extra)), key=lambda profile: profile.key)
    if options.json:
        rows = [
            {
                "key": profile.key,
                "title": {"zh": profile.title.zh, "en": profile.title.en},
                "heartbeat_s": profile.heartbeat_s,
                "silent_after_s": profile.silent_after_s,
            }
            for profile in profiles
        ]
        tell(msgspec.json.encode(rows).decode())
        return 0
    width = max(len(profile.key) for profile in profiles)
    for profile in profiles:
        tell(f"{profile.key:{width}}  {profile.title.zh if language == 'zh' else profile.title.en}")
    return 0
