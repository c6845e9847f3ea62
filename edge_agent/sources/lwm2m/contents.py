"""Which form a content has, by its CoAP Content-Format, and a reading made of it."""

from typing import Any, Final

from device_profiles import DecodeError, Format, Reading
from device_profiles.protocols.lwm2m import Path
from edge_agent.sources.opening import open_reading
from wire import DeviceId, TimeTrust

# OMA LwM2M 1.1 transport bindings, 6.4.1, and the numbers that 1.0's drafts used; RFC 8428, 12.3.
_FORMATS: Final = {
    0: Format.TEXT,
    42: Format.BYTES,
    110: Format.SENML_JSON,
    111: Format.SENSML_JSON,
    112: Format.SENML_CBOR,
    113: Format.SENSML_CBOR,
    1541: Format.TEXT,
    1542: Format.LWM2M_TLV,
    1543: Format.LWM2M_JSON,
    1544: Format.BYTES,
    11542: Format.LWM2M_TLV,
    11543: Format.LWM2M_JSON,
}


def reading_of(device: DeviceId, path: Path, answer: Any, received_ms: int, trust: TimeTrust) -> Reading:
    """Return the reading in a device's answer or notification about a path.

    Raises:
        DecodeError: its content has a form that nobody here knows, or too many bytes.
    """
    return open_reading(
        Reading(
            device=device,
            payload=answer.payload,
            received_ms=received_ms,
            trust=trust,
            format=_format(answer.opt.content_format, path),
            path=str(path),
        )
    )


def _format(number: int | None, path: Path) -> Format:
    if number is None:  # LwM2M 1.0, 6.4: without a word it is text for one resource, TLV for more
        return Format.TEXT if path.resource is not None else Format.LWM2M_TLV
    form = _FORMATS.get(int(number))
    if form is None:
        known = ", ".join(map(str, _FORMATS))
        raise DecodeError(f"expected a Content-Format of {known}, got {int(number)}")
    return form


def told_by_gateway(device: DeviceId, lost: bool, received_ms: int, trust: TimeTrust) -> Reading:
    """Return the gateway's own word about a device: it is out of reach, or back."""
    pack = f'[{{"n":"device.link_lost","vb":{str(lost).lower()}}}]'
    return Reading(
        device=device,
        payload=pack.encode(),
        received_ms=received_ms,
        trust=trust,
        format=Format.SENML_JSON,
    )
