"""Which boards are due: those of lots whose bays, links or age changed since they were last shown."""

import secrets
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from cloud_ingest.board.build import board_of, links_of
from cloud_ingest.board.freshness import Freshness, lot_heard_ms
from cloud_ingest.board.lots import LotFacts
from wire import Board, GatewayId, Link, PlaceId

_AGE_STEP_MS: Final = 10_000
"""A board that differs by nothing but when its gateway was heard is shown again at most this often."""


class ShownLots:
    """Remembers what each screen was last told; it is told the time and what was read, and says what is new."""

    def __init__(self, limits: Freshness, *, life: str = "") -> None:
        """Start with nothing shown; `life` names this life of the server."""
        self._limits = limits
        self._life = life or secrets.token_hex(8)
        self._facts: dict[PlaceId, LotFacts] = {}
        self._shown: dict[PlaceId, tuple[LotFacts, dict[GatewayId, Link], Board]] = {}
        self._seq = 0

    def learn(self, read: Iterable[LotFacts], *, complete: bool) -> None:
        """Take what was read; `complete` says that lots which are not in it no longer exist."""
        fresh = {facts.lot.id: facts for facts in read}
        if complete:
            gone = [facts for lot, facts in self._facts.items() if lot not in fresh]
            self._facts = {facts.lot.id: replace(facts, bays={}, heard_ms={}) for facts in gone}
        self._facts.update(fresh)

    def due(self, now_ms: int) -> Iterator[Board]:
        """Give each board that must be shown now, with a number higher than every one before."""
        for lot, facts in self._facts.items():
            links = links_of(facts, now_ms, self._limits)
            if self._same(facts, links, now_ms):
                continue
            self._seq += 1
            board = board_of(facts, now_ms, self._limits, life=self._life, seq=self._seq)
            self._shown[lot] = facts, links, board
            yield board

    def _same(self, facts: LotFacts, links: dict[GatewayId, Link], now_ms: int) -> bool:
        before = self._shown.get(facts.lot.id)
        if before is None:
            return False
        old, old_links, board = before
        heard_ms = lot_heard_ms(facts.heard_ms.values(), now_ms, self._limits)
        unchanged = (old.lot, old.bays, old.tz, old_links) == (facts.lot, facts.bays, facts.tz, links)
        return unchanged and heard_ms - board.heard_ms < _AGE_STEP_MS
