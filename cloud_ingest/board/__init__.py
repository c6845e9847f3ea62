"""What the cloud knows of each parking lot, and the boards that it makes of it."""

from cloud_ingest.board.build import board_of
from cloud_ingest.board.feed import BoardFeed
from cloud_ingest.board.freshness import Freshness, link_of, lot_heard_ms, lot_link, sight_of
from cloud_ingest.board.lots import BayFact, LotFacts, lot_ids, read_lots

__all__ = [
    "BayFact",
    "BoardFeed",
    "Freshness",
    "LotFacts",
    "board_of",
    "link_of",
    "lot_heard_ms",
    "lot_ids",
    "lot_link",
    "read_lots",
    "sight_of",
]
