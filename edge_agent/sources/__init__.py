"""How readings reach the gateway: over MQTT, over CoAP, from a recorded file."""

from edge_agent.sources.heard import Clock, Heard, Intake, Outcome, Refused, Settle, Source

__all__ = ["Clock", "Heard", "Intake", "Outcome", "Refused", "Settle", "Source"]
