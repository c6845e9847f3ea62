"""`lilong cloud`: check, run, migrate, site and status on the command line."""

from cloud_ingest.commands.main import main

__all__ = ["main"]
