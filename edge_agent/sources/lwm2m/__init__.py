"""The LwM2M server: devices register with the gateway, and it reads and observes what they have."""

from edge_agent.sources.lwm2m.contents import reading_of
from edge_agent.sources.lwm2m.desk import Desk
from edge_agent.sources.lwm2m.line import Asked, Line, PlainLine

__all__ = ["Asked", "Desk", "Line", "PlainLine", "reading_of"]
