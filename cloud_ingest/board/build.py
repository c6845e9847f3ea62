"""Makes a lot's board from what is known of it at a time."""

from cloud_ingest.board.freshness import Freshness, link_of, lot_heard_ms, lot_link, sight_of
from cloud_ingest.board.lots import LotFacts
from wire import Board, GatewayId, Link, board_floors, total_count


def links_of(facts: LotFacts, now_ms: int, limits: Freshness) -> dict[GatewayId, Link]:
    """Judge every gateway that speaks for a lot; none is live while the database itself is not read."""
    unread = now_ms - facts.read_ms > limits.read_within_s * 1000
    links = {gateway: link_of(heard, now_ms, limits) for gateway, heard in facts.heard_ms.items()}
    return {gateway: Link.STALE if unread and link is Link.LIVE else link for gateway, link in links.items()}


def board_of(facts: LotFacts, now_ms: int, limits: Freshness, *, life: str, seq: int) -> Board:
    """Build the board as it is at `now_ms`; bays whose gateway is silent are unknown."""
    links = links_of(facts, now_ms, limits)
    sights = {
        bay: sight_of(fact.state, links.get(fact.gateway, Link.DEAD)) for bay, fact in facts.bays.items()
    }
    floors = board_floors(facts.lot, sights)
    return Board(
        lot=facts.lot.id,
        name=facts.lot.name,
        life=life,
        seq=seq,
        at_ms=now_ms,
        heard_ms=lot_heard_ms(facts.heard_ms.values(), now_ms, limits),
        link=lot_link(links.values()),
        count=total_count(floors),
        floors=floors,
        tz=facts.tz,
    )
