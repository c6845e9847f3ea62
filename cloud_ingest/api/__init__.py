"""What the cloud tells the city and its people over HTTP."""

from cloud_ingest.api.app import create_app
from cloud_ingest.api.desk import Database

__all__ = ["Database", "create_app"]
