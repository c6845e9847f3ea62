"""How a network server wraps a device's bytes."""

from device_profiles.envelopes.open import open_envelope
from device_profiles.envelopes.opened import Envelope, Opened

__all__ = ["Envelope", "Opened", "open_envelope"]
