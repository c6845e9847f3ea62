"""No envelope at all: the bytes are the device's own, the topic names the device."""

from device_profiles.envelopes.opened import Opened
from device_profiles.errors import DecodeError
from device_profiles.reading import Reading
from wire import DeviceId, TimeTrust


def open_raw(topic: str, raw: bytes, received_ms: int, trust: TimeTrust, template: str) -> Opened:
    """Take the device's id from the level of `topic` that the first `+` of `template` stands for.

    Raises:
        DecodeError: the topic does not fit the template, or the level is empty.
    """
    device = _captured(topic.split("/"), template.split("/"))
    if not device:
        raise DecodeError(f"expected a topic like {template!r} with the device's id at the +, got {topic!r}")
    return Opened(reading=Reading(device=DeviceId(device), payload=raw, received_ms=received_ms, trust=trust))


def _captured(topic: list[str], template: list[str]) -> str:
    open_end = template[-1] == "#"
    levels = template[:-1] if open_end else template
    if len(topic) < len(levels) or (len(topic) > len(levels) and not open_end) or "+" not in levels:
        return ""
    if any(want not in ("+", got) for want, got in zip(levels, topic, strict=False)):
        return ""
    return topic[levels.index("+")]
