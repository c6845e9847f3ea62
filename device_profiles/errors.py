"""What can be wrong with a device's bytes or with a profile's declaration."""


class DecodeError(Exception):
    """Bytes that a profile or an envelope does not understand; says what was expected and what came."""


class NoBytesError(DecodeError):
    """An envelope around nothing: the device's radio spoke (an answer to the network), the device itself did not."""


class ProfileError(Exception):
    """A profile that is missing or declared wrongly; names file, table and key where there are any."""
