"""How readings reach the gateway: over MQTT, over CoAP, from a recorded file."""

from edge_agent.sources.build import SourceMaker, build_sources
from edge_agent.sources.heard import Clock, Heard, Intake, Outcome, Refused, Settle, Source
from edge_agent.sources.mqtt import MqttSource
from edge_agent.sources.named import profile_named
from edge_agent.sources.replay import ReplaySource
from edge_agent.sources.settings import (
    CoapSettings,
    LlrpSettings,
    MqttSourceSettings,
    ObserveSettings,
    RecordSettings,
    RouteSettings,
    SourcesSettings,
    Written,
)

__all__ = [
    "Clock",
    "CoapSettings",
    "Heard",
    "Intake",
    "LlrpSettings",
    "MqttSource",
    "MqttSourceSettings",
    "ObserveSettings",
    "Outcome",
    "RecordSettings",
    "Refused",
    "ReplaySource",
    "RouteSettings",
    "Settle",
    "Source",
    "SourceMaker",
    "SourcesSettings",
    "Written",
    "build_sources",
    "profile_named",
]
