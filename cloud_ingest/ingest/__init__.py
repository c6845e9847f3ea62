"""From the broker to the database: every row exactly once, answered only after the commit."""

from cloud_ingest.ingest.worker import IngestSettings, Worker

__all__ = ["IngestSettings", "Worker"]
