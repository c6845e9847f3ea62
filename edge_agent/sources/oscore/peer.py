"""Where a protected request came from: an address, and the device that its key belongs to."""

from typing import Any

from edge_agent.sources.oscore.context import NodeContext
from wire import DeviceId


class ProtectedPeer:
    """Stands for the plain address towards the server's resources; equal where address and key are."""

    def __init__(self, plain: Any, context: NodeContext) -> None:
        """Take the address and the context by which the request was read."""
        self.plain, self.context = plain, context

    @property
    def device(self) -> DeviceId:
        """Who has the key."""
        return self.context.node.device

    @property
    def hostinfo(self) -> str:
        """The address, for people and for allowances."""
        return str(self.plain.hostinfo)

    def __hash__(self) -> int:
        """Return what goes with equality."""
        return hash((self.plain, self.context.node.id))

    def __eq__(self, other: object) -> bool:
        """Say whether both are the same device at the same address."""
        return isinstance(other, ProtectedPeer) and (self.plain, self.context) == (other.plain, other.context)
