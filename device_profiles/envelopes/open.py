"""One door for every envelope: a transport's bytes go in, a reading comes out."""

from device_profiles.envelopes.chirpstack import open_chirpstack
from device_profiles.envelopes.opened import Envelope, Opened
from device_profiles.envelopes.raw import open_raw
from device_profiles.envelopes.ttn import open_ttn
from wire import TimeTrust


def open_envelope(
    envelope: Envelope, topic: str, raw: bytes, received_ms: int, trust: TimeTrust, template: str = "+"
) -> Opened:
    """Take a reading out of what a transport delivered.

    `template` is used by raw alone: the route's topic filter, whose first `+` marks the device's id in `topic`
    (so with the template left out, `topic` is the id itself).

    Raises:
        NoBytesError: the envelope carries none of the device's bytes.
        DecodeError: the envelope is broken; says what was expected.
    """
    if envelope is Envelope.RAW:
        return open_raw(topic, raw, received_ms, trust, template)
    opener = open_chirpstack if envelope is Envelope.CHIRPSTACK_V4 else open_ttn
    return opener(raw, received_ms, trust)
