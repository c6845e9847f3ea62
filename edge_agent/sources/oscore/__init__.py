"""OSCORE (RFC 8613): devices that share a key with the gateway, message by message."""

from edge_agent.sources.oscore.guard import Guard
from edge_agent.sources.oscore.keys import Node, read_nodes
from edge_agent.sources.oscore.line import ProtectedLine
from edge_agent.sources.oscore.peer import ProtectedPeer

__all__ = ["Guard", "Node", "ProtectedLine", "ProtectedPeer", "read_nodes"]
