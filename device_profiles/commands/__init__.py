"""What a person can do with profiles on the command line: `lilong profile check|list|decode|supported`."""

from device_profiles.commands.main import main

__all__ = ["main"]
