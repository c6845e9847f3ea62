"""`lilong demo`: the whole system on this machine, to look at or to be counted."""

from demo.commands.main import main

__all__ = ["main"]
