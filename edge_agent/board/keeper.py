"""Puts a lot's board into the hub when a bay changes, when words grow old, and when a source is lost."""

import secrets
from collections.abc import Callable
from typing import Final

from chassis import BoardHub
from edge_agent.clock import SystemClock
from edge_agent.rules import BayRule
from wire import BayId, Board, Count, Link, Lot, Sight, SitePlan, board_floors, total_count

STALE_AFTER_MS: Final = 15_000
DEAD_AFTER_MS: Final = 300_000
_VOUCH_EVERY_MS: Final = 5_000


class BoardKeeper:
    """Builds boards from the bay rule; `deaf_ms` tells for how long no source could be heard (0 = all are)."""

    def __init__(
        self, plan: SitePlan, rule: BayRule, clock: SystemClock, hub: BoardHub, deaf_ms: Callable[[], int]
    ) -> None:
        """Take the parts and put a first board of every lot."""
        self._plan, self._rule, self._clock, self._hub, self._deaf_ms = plan, rule, clock, hub, deaf_ms
        self._life = secrets.token_hex(8)
        self._seq = 0
        self._shown: tuple[dict[BayId, Sight], Link] | None = None
        self._put_ms = 0
        self.refresh()

    def refresh(self) -> None:
        """Put new boards if anything that a screen shows has changed; vouch for the last ones every few seconds."""
        now_ms = self._clock.steady_ms()
        shown = self._rule.sights(), self._link()
        if shown == self._shown and 0 <= now_ms - self._put_ms < _VOUCH_EVERY_MS:
            return
        if shown != self._shown:
            self._seq += 1
        self._shown, self._put_ms = shown, now_ms
        for lot in self._plan.lots:
            self._hub.put(self._board(lot, *shown))

    def counts(self) -> dict[str, Count]:
        """Return the counts of each lot, for the status page."""
        sights = self._rule.sights()
        return {lot.id: total_count(board_floors(lot, sights)) for lot in self._plan.lots}

    def _link(self) -> Link:
        deaf_ms = self._deaf_ms()
        if deaf_ms >= DEAD_AFTER_MS:
            return Link.DEAD
        return Link.STALE if deaf_ms >= STALE_AFTER_MS else Link.LIVE

    def _board(self, lot: Lot, sights: dict[BayId, Sight], link: Link) -> Board:
        floors = board_floors(lot, sights)
        heard_ms = self._rule.heard_ms()
        return Board(
            lot=lot.id,
            name=lot.name,
            life=self._life,
            seq=self._seq,
            at_ms=self._clock.steady_ms(),
            heard_ms=heard_ms,
            heard_age_ms=self._deaf_ms(),
            link=link,
            count=total_count(floors),
            floors=floors,
            tz=self._plan.tz,
        )
