"""What the lobby screens of this gateway show, kept fresh from the bay rule's facts."""

from edge_agent.board.keeper import BoardKeeper

__all__ = ["BoardKeeper"]
