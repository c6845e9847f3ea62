"""Lets fresh outboxes get their tables in this process: a child process for each of hundreds would take minutes."""

import sqlite_utils

__all__ = ["sqlite_utils"]
