"""The engine that the demonstration brings itself: a real MQTT broker (PostgreSQL comes with `cloud_ingest.store`)."""

from demo.engines.broker import Broker
from demo.engines.errors import EngineError

__all__ = ["Broker", "EngineError"]
