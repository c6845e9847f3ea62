"""How far a lot's numbers can be trusted, from when its gateways were last heard."""

from collections.abc import Collection
from typing import Final

from msgspec import Struct

from chassis import Seconds
from wire import Link, Sight

_SIGHTS: Final = {str(sight): sight for sight in Sight}


class Freshness(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long after a gateway's last word its numbers are stale, and how long after it they count for nothing.

    A gateway says hello every 300 s even when nothing happens: stale is one missed hello and a minute, silent two
    missed hellos and a minute. `read_within_s` is how long a board may go without being read from the database
    before it is stale, too.
    """

    stale_after_s: Seconds = 360.0
    silent_after_s: Seconds = 660.0
    read_within_s: Seconds = 30.0


def link_of(heard_ms: int | None, now_ms: int, limits: Freshness) -> Link:
    """Judge one gateway by when it was last heard (None: never)."""
    if heard_ms is None or now_ms - heard_ms > limits.silent_after_s * 1000:
        return Link.DEAD
    return Link.STALE if now_ms - heard_ms > limits.stale_after_s * 1000 else Link.LIVE


def lot_link(links: Collection[Link]) -> Link:
    """Judge a lot by its gateways: dead if all are, else as good as the worst of those whose numbers are shown.

    The bays of a dead gateway are unknown, so they cannot make the shown numbers worse.
    """
    if all(link is Link.DEAD for link in links):
        return Link.DEAD
    return Link.STALE if Link.STALE in links else Link.LIVE


def lot_heard_ms(heard_ms: Collection[int], now_ms: int, limits: Freshness) -> int:
    """Return how old the shown numbers are: the oldest last word that still counts, else the newest; 0 for none."""
    shown = [heard for heard in heard_ms if link_of(heard, now_ms, limits) is not Link.DEAD]
    return min(shown) if shown else max(heard_ms, default=0)


def sight_of(state: str | None, link: Link) -> Sight:
    """Return what is known of a bay from its decided state and its gateway's link; unknown unless both are good."""
    if link is Link.DEAD or state is None:
        return Sight.UNKNOWN
    return _SIGHTS.get(state, Sight.UNKNOWN)
