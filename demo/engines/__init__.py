"""The engines that the demonstration runs on: a real MQTT broker, a real PostgreSQL."""

from cloud_ingest.store.embedded import EmbeddedError, EmbeddedPostgres
from demo.engines.broker import Broker
from demo.engines.errors import EngineError

__all__ = ["Broker", "EmbeddedError", "EmbeddedPostgres", "EngineError"]
