"""Every lot's board as of now, with a number that rises when something that a screen shows has changed."""

import secrets
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from cloud_ingest.board.build import board_of, links_of
from cloud_ingest.board.freshness import Freshness, lot_heard_ms
from cloud_ingest.board.lots import LotFacts
from wire import Board, GatewayId, Link, PlaceId

VOUCH_EVERY_MS: Final = 5_000
"""A board that did not change is given again so often: with its age, and as a sign that somebody looks after it."""


class _Shown(Struct, frozen=True, kw_only=True):
    """The board that was given last, and what it was made from."""

    facts: LotFacts
    links: dict[GatewayId, Link]
    board: Board


class ShownLots:
    """Remembers what each screen was last told; it is told the time and what was read, and says what is due."""

    def __init__(self, limits: Freshness, *, life: str = "") -> None:
        """Start with nothing shown; `life` names this life of the server."""
        self._limits = limits
        self._life = life or secrets.token_hex(8)
        self._facts: dict[PlaceId, LotFacts] = {}
        self._read: set[PlaceId] = set()
        self._shown: dict[PlaceId, _Shown] = {}
        self._seq = 0

    def learn(self, read: Iterable[LotFacts]) -> None:
        """Take what was read of some lots."""
        fresh = {facts.lot.id: facts for facts in read}
        self._facts.update(fresh)
        self._read.update(fresh)

    def keep(self, lots: Collection[PlaceId]) -> None:
        """Take note that these are all the lots that there are: any other is shown as dead once more and forgotten."""
        for lot in self._facts.keys() - set(lots):
            facts = self._facts[lot]
            if facts.heard_ms or facts.bays:
                self._facts[lot] = replace(facts, bays={}, heard_ms={})
                self._read.add(lot)
            else:
                del self._facts[lot]
                self._shown.pop(lot, None)

    def changed(self, now_ms: int) -> Iterator[Board]:
        """Give the boards of the lots that were read since the last call, as far as they changed."""
        read, self._read = self._read, set()
        for lot in read & self._facts.keys():
            yield from self._due(lot, now_ms)

    def aged(self, now_ms: int) -> Iterator[Board]:
        """Give the boards that time alone has changed, and those that somebody must vouch for again."""
        for lot in self._facts:
            yield from self._due(lot, now_ms)

    def _due(self, lot: PlaceId, now_ms: int) -> Iterator[Board]:
        facts = self._facts[lot]
        links = links_of(facts, now_ms, self._limits)
        before = self._shown.get(lot)
        if before is None or not _same(before, facts, links):
            self._seq += 1
            board = board_of(facts, now_ms, self._limits, life=self._life, seq=self._seq)
        elif now_ms - before.board.at_ms >= VOUCH_EVERY_MS:
            heard_ms = lot_heard_ms(facts.heard_ms.values(), now_ms, self._limits)
            board = replace(before.board, at_ms=now_ms, heard_ms=heard_ms)
        else:
            return
        self._shown[lot] = _Shown(facts=facts, links=links, board=board)
        yield board


def _same(before: _Shown, facts: LotFacts, links: dict[GatewayId, Link]) -> bool:
    if before.links != links:
        return False
    old = before.facts
    return old is facts or (old.lot, old.bays, old.tz) == (facts.lot, facts.bays, facts.tz)
