"""The declarative profile: a profile.toml read, checked and compiled to plain functions."""

from device_profiles.declared.compile import compile_codec, source_of
from device_profiles.declared.document import (
    Constant,
    Document,
    Frame,
    Instances,
    Javascript,
    JavascriptField,
    Kind,
    Path,
    SenmlNames,
    Trial,
    Unfit,
)
from device_profiles.declared.families import in_family
from device_profiles.declared.linear import Linear
from device_profiles.declared.read import read_document, read_trial
from device_profiles.declared.registers import compile_registers
from device_profiles.declared.spot import Spot
from device_profiles.declared.trial import failing, trial_reading
from device_profiles.declared.units import conversion, exact

__all__ = [
    "Constant",
    "Document",
    "Frame",
    "Instances",
    "Javascript",
    "JavascriptField",
    "Kind",
    "Linear",
    "Path",
    "SenmlNames",
    "Spot",
    "Trial",
    "Unfit",
    "compile_codec",
    "compile_registers",
    "conversion",
    "exact",
    "failing",
    "in_family",
    "read_document",
    "read_trial",
    "source_of",
    "trial_reading",
]
