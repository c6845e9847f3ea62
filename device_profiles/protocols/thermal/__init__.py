"""Coarse pictures of warmth: what far infrared arrays of 8 × 8 to 32 × 24 pixels send, as degrees Celsius."""

from device_profiles.protocols.thermal.frame import Frame, frame_of_counts, frame_of_floats

__all__ = ["Frame", "frame_of_counts", "frame_of_floats"]
