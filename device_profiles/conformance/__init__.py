"""Whether the decoders agree with published vectors: runs a vector file and counts."""

from device_profiles.conformance.run import Count, Wrong, run_vectors
from device_profiles.conformance.vector import Form, Mismatch, Setting, SkippedError, Vector

__all__ = ["Count", "Form", "Mismatch", "Setting", "SkippedError", "Vector", "Wrong", "run_vectors"]
