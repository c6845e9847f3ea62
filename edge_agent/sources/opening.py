"""Makes readings of what transports deliver: the payload's writing undone, an id that is fit to be one."""

from hashlib import blake2b
from typing import Final

from msgspec.structs import replace

from device_profiles import DecodeError, Format, Reading, check_device, from_base64, from_hex
from device_profiles.resources import says_its_times
from edge_agent.sources.settings import Written
from wire import TimeTrust

MOST_BYTES: Final = 65_536
"""No device that this product knows says more at once; a longer payload is a mistake or an attack."""
FORMATS: Final = {
    Written.SENML_JSON: Format.SENML_JSON,
    Written.SENML_CBOR: Format.SENML_CBOR,
    Written.SENSML_JSON: Format.SENSML_JSON,
    Written.SENSML_CBOR: Format.SENSML_CBOR,
}


def open_payload(
    device: str, payload: bytes, written: Written, received_ms: int, trust: TimeTrust
) -> Reading:
    """Make a reading of a device's own bytes; a SenML pack that says its times gets an identity of its own.

    Raises:
        DecodeError: no fit id, too many bytes, or not written as expected.
    """
    if len(payload) > MOST_BYTES:  # before anything is made of it
        raise DecodeError(f"expected at most {MOST_BYTES} bytes, got {len(payload)}")
    return open_reading(
        Reading(
            device=check_device(device),
            payload=_unwritten(payload, written),
            received_ms=received_ms,
            trust=trust,
            format=FORMATS.get(written, Format.BYTES),
        )
    )


def open_reading(reading: Reading) -> Reading:
    """Return a reading with an identity of its own, if it is a pack or an LwM2M content that says its times.

    Raises:
        DecodeError: too many bytes.
    """
    if len(reading.payload) > MOST_BYTES:
        raise DecodeError(f"expected at most {MOST_BYTES} bytes, got {len(reading.payload)}")
    if (reading.format is Format.BYTES and not reading.path) or not says_its_times(reading):
        return reading
    return replace(reading, identity=f"senml:{hash_of(*_parts(reading))}")


def _parts(reading: Reading) -> tuple[bytes, ...]:
    return (reading.path.encode(), reading.payload) if reading.path else (reading.payload,)


def hash_of(*parts: bytes) -> str:
    """Return 128 bits that stand for the parts in this order."""
    digest = blake2b(digest_size=16)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def _unwritten(payload: bytes, written: Written) -> bytes:
    if written not in (Written.HEX, Written.BASE64):
        return payload
    try:
        text = payload.decode("ascii")
    except UnicodeDecodeError as error:
        raise DecodeError(f"expected bytes written as {written}, got {payload[:40]!r}") from error
    return from_hex(text) if written is Written.HEX else from_base64(text)
