"""`lilong agent`: check, run, status and replay on the command line."""

from edge_agent.commands.main import main

__all__ = ["main"]
