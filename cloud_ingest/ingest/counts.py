"""What an ingest worker has counted since it started."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Final

from chassis import Metric, number

_TEXTS: Final = {
    "batches": "batches taken",
    "rows": "rows committed",
    "repeated": "rows that the database had already",
    "asked_again": "batches that start above what the database wants",
    "undated": "rows committed without a date",
    "repaired": "rows that got their date afterwards",
    "lost": "rows that gateways had to give up",
    "events": "events committed",
    "strange_events": "rows of an event property that carry no event",
    "hellos": "hellos answered",
    "replies": "replies to commands",
    "acks": "acknowledgements sent",
    "acks_unsent": "acknowledgements that found no connection to the broker",
    "refused": "messages that could not be understood",
    "dropped": "messages dropped because the queue was full; gateways send them again",
    "foreign": "messages of shards that are not, or no longer, this worker's",
    "transactions": "transactions committed",
    "overtaken": "transactions given up because another worker was faster",
    "database_losses": "connections to the database lost",
}


@dataclass(slots=True)
class Counts:
    """Totals; each one is a counter on the metrics page."""

    batches: int = 0
    rows: int = 0
    repeated: int = 0
    asked_again: int = 0
    undated: int = 0
    repaired: int = 0
    lost: int = 0
    events: int = 0
    strange_events: int = 0
    hellos: int = 0
    replies: int = 0
    acks: int = 0
    acks_unsent: int = 0
    refused: int = 0
    dropped: int = 0
    foreign: int = 0
    transactions: int = 0
    overtaken: int = 0
    database_losses: int = 0

    def metrics(self) -> Iterator[Metric]:
        """Give every count as a metric."""
        for field in fields(self):
            name, text = f"lilong_ingest_{field.name}", _TEXTS[field.name]
            yield number(name, text, getattr(self, field.name), counter=True)
