"""Every lot's board as of now, with a number that rises when something that a screen shows has changed."""

import secrets
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from cloud_ingest.board.build import board_of, links_of
from cloud_ingest.board.freshness import Freshness, lot_heard_ms
from cloud_ingest.board.lots import LotFacts
from wire import Board, GatewayId, Link, PlaceId


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

    def boards(self, now_ms: int) -> Iterator[Board]:
        """Give every lot's board; one that changed has a number higher than all before, the others keep theirs."""
        for lot, facts in self._facts.items():
            links = links_of(facts, now_ms, self._limits)
            before = self._shown.get(lot)
            if before is not None and _same(before, facts, links):
                heard_ms = lot_heard_ms(facts.heard_ms.values(), now_ms, self._limits)
                board = replace(before[2], at_ms=now_ms, heard_ms=heard_ms)
            else:
                self._seq += 1
                board = board_of(facts, now_ms, self._limits, life=self._life, seq=self._seq)
            self._shown[lot] = facts, links, board
            yield board


def _same(
    before: tuple[LotFacts, dict[GatewayId, Link], Board], facts: LotFacts, links: dict[GatewayId, Link]
) -> bool:
    old, old_links, _ = before
    if old is facts:  # nothing was read since: the usual case, at every lot every second
        return old_links == links
    return (old.lot, old.bays, old.tz, old_links) == (facts.lot, facts.bays, facts.tz, links)
