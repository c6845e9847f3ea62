"""What is kept of rows beside the rows: moments by the hour, and the newest value of everything."""

from cloud_ingest.rollup.hourly import HOUR_MS, HourKey, Moments, add, merge, moments_by_hour
from cloud_ingest.rollup.newest import AHEAD_MS, Newest, keep_newest, supersedes

__all__ = [
    "AHEAD_MS",
    "HOUR_MS",
    "HourKey",
    "Moments",
    "Newest",
    "add",
    "keep_newest",
    "merge",
    "moments_by_hour",
    "supersedes",
]
