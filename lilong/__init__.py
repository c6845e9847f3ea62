"""The `lilong` command: it finds the program asked for and hands over."""
