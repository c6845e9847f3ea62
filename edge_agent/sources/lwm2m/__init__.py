"""The LwM2M server: devices register with the gateway, and it reads and observes what they have."""

from edge_agent.sources.lwm2m.contents import reading_of
from edge_agent.sources.lwm2m.desk import Desk
from edge_agent.sources.lwm2m.watch import Line

__all__ = ["Desk", "Line", "reading_of"]
