"""Which known device could have sent these bytes: the likeliest profiles, with what they would say."""

from device_profiles.recognition.guess import Guess, guess

__all__ = ["Guess", "guess"]
