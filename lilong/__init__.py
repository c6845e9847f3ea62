"""The `lilong` command: it finds the program asked for and hands over."""

__version__ = "0.1.0"
