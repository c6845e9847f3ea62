"""What ChirpStack v4 publishes for a frame that a LoRaWAN sensor sent: `event/up` as JSON.

Facts: https://www.chirpstack.io/docs/chirpstack/integrations/events.html . The JSON follows protobuf's rule that a
field of its default value is left out; times are RFC 3339, bytes base64.
"""

import base64
import json
import random
import uuid
from datetime import UTC, datetime
from typing import Final

from demo.estate.frames import Frame
from demo.estate.sensor import Said

APPLICATION: Final = "6d1c5c5e-6d4b-4b7b-9c0e-4f5f7f0f2b11"
_TENANT: Final = "52f14cd4-c6f1-4fbd-8f87-4025e1d49242"
_NAMESPACE: Final = uuid.UUID("9b2f7d1e-5b7e-4a52-8a44-2f6c8a7d1c3a")
_SPREADING: Final = 7


def up_topic(said: Said) -> str:
    """Return the topic on which the event goes out."""
    return f"application/{APPLICATION}/device/{said.device}/event/up"


def up_event(said: Said, frame: Frame) -> bytes:
    """Wrap a frame; the same utterance gives the same event, byte for byte."""
    chance = random.Random(f"{said.device}/{said.number}")
    time = datetime.fromtimestamp(said.at_ms / 1000, UTC).isoformat(timespec="milliseconds")
    event = {
        "deduplicationId": str(uuid.uuid5(_NAMESPACE, f"{said.device}/{said.number}/{said.at_ms}")),
        "time": time,
        "deviceInfo": {
            "tenantId": _TENANT,
            "tenantName": "Ginkgo Lane",
            "applicationId": APPLICATION,
            "applicationName": "estate",
            "deviceProfileId": str(uuid.uuid5(_NAMESPACE, said.kind)),
            "deviceProfileName": said.kind,
            "deviceName": said.name,
            "devEui": said.device,
        },
        "devAddr": f"00{said.device[-6:]}",
        "adr": True,
        "dr": 12 - _SPREADING,
        "fCnt": said.number,
        "fPort": frame.port,
        "confirmed": said.changed,
        "data": base64.b64encode(frame.payload).decode(),
        "rxInfo": [_heard(time, chance)],
        "txInfo": {
            "frequency": 470300000 + 200000 * chance.randrange(8),
            "modulation": {
                "lora": {"bandwidth": 125000, "spreadingFactor": _SPREADING, "codeRate": "CR_4_5"}
            },
        },
    }
    return json.dumps(_without_defaults(event)).encode()


def _heard(time: str, chance: random.Random) -> dict[str, object]:
    return {
        "gatewayId": "02a1b2fffe00c0de",
        "uplinkId": chance.randrange(1, 2**32),
        "gwTime": time,
        "rssi": chance.randrange(-112, -60),
        "snr": round(chance.uniform(-8, 11), 1),
        "channel": chance.randrange(8),
        "context": base64.b64encode(chance.randbytes(4)).decode(),
        "crcStatus": "CRC_OK",
    }


def _without_defaults(event: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in event.items() if value not in (0, "", False)}
