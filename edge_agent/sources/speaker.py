"""Which device speaks in a CoAP request that carries a SenML pack."""

import re
from collections.abc import Mapping, Sequence

from device_profiles import DecodeError

_LWM2M = re.compile(r"(?:^|(?<=[/:]))\d{1,5}(?:/\d{1,5}){0,3}/?$")


def speaker(path: Sequence[str], query: Sequence[str], pack: Sequence[Mapping[str, object]]) -> str:
    """Return the device by the path (/senml/<device>), by the query (?ep=<device>, as LwM2M has it) or by the pack.

    Raises:
        DecodeError: none of the three names a device.
    """
    if len(path) > 1:
        return path[1]
    for pair in query:
        key, _, value = pair.partition("=")
        if key == "ep" and value:
            return value
    for record in pack:
        name = record.get("bn")
        if isinstance(name, str) and (device := _LWM2M.sub("", name).rstrip("/:")):
            return device
    raise DecodeError(
        "expected who speaks: /senml/<device>, the query ep=<device>, or a base name (bn) in the pack"
    )
