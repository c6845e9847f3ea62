"""What a vendor's own JavaScript codec says of a device's bytes, run where it can do no harm."""

from device_profiles.javascript.codec import javascript_codec
from device_profiles.javascript.field import Field
from device_profiles.javascript.paths import MISSING, Steps, at, leaves, shown
from device_profiles.javascript.process import engine_folder
from device_profiles.javascript.runner import (
    Output,
    Runner,
    StoppedError,
    patient_runner,
    shared_runner,
    trying,
)
from device_profiles.javascript.script import Entry, Script

__all__ = [
    "MISSING",
    "Entry",
    "Field",
    "Output",
    "Runner",
    "Script",
    "Steps",
    "StoppedError",
    "at",
    "engine_folder",
    "javascript_codec",
    "leaves",
    "patient_runner",
    "shared_runner",
    "shown",
    "trying",
]
