"""What an NB-IoT sensor sends: a SenML pack (RFC 8428) with the resources of LwM2M object 3431, as JSON or CBOR."""

import json
from typing import Final

import cbor2

from demo.estate.sensor import Kind, Utterance

CONTENT_JSON: Final = 110
"""CoAP content format of application/senml+json (RFC 8428, 12.3.2)."""
CONTENT_CBOR: Final = 112
_LABELS: Final = {"bn": -2, "bt": -3, "n": 0, "u": 1, "v": 2, "vb": 4}
_FULL_V: Final = 3.6


def pack_of(utterance: Utterance) -> tuple[bytes, int]:
    """Return the pack of an utterance and its CoAP content format."""
    records: list[dict[str, object]] = [
        {
            "bn": f"{utterance.sensor.device}/",
            "bt": utterance.at_ms / 1000,
            "n": "3431/0/1",
            "vb": utterance.moment.occupied,
        },
    ]
    if not utterance.moment.changed:
        records.append({"n": "device.battery_v", "u": "V", "v": _FULL_V})
    if utterance.sensor.kind is Kind.NBIOT_CBOR:
        return cbor2.dumps(
            [{_LABELS[name]: value for name, value in record.items()} for record in records]
        ), CONTENT_CBOR
    return json.dumps(records, separators=(",", ":")).encode(), CONTENT_JSON
