"""What a vendor's own JavaScript codec says of a device's bytes, run where it can do no harm."""

from device_profiles.javascript.codec import javascript_codec
from device_profiles.javascript.runner import Output, Runner, StoppedError, shared_runner
from device_profiles.javascript.script import Entry, Script

__all__ = ["Entry", "Output", "Runner", "Script", "StoppedError", "javascript_codec", "shared_runner"]
