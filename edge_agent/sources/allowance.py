"""How often each peer may speak: a bucket of tokens a peer, refilled as time passes."""

from collections import OrderedDict


class Allowance:
    """Allows each peer `each_s` a second on average and `burst` at once; forgets whom it has not heard for longest."""

    def __init__(self, each_s: float, burst: float, most_peers: int = 4096) -> None:
        """Start with full buckets."""
        self._each_s, self._burst, self._most_peers = each_s, burst, most_peers
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, peer: str, now_s: float) -> bool:
        """Take one token of a peer; False if it has none left."""
        left, since_s = self._buckets.pop(peer, (self._burst, now_s))
        left = min(self._burst, left + max(0.0, now_s - since_s) * self._each_s)
        allowed = left >= 1.0
        self._buckets[peer] = (left - 1.0 if allowed else left, now_s)
        if len(self._buckets) > self._most_peers:
            self._buckets.popitem(last=False)
        return allowed

    def wait_s(self) -> float:
        """Return after how many seconds an empty bucket has a token again."""
        return 1.0 / self._each_s


class Budget:
    """What all peers together may send: strangers share one bucket, peers whose readings were kept another.

    Anybody can invent addresses, so a flood of them may use up the strangers' share and nothing else. At most
    `most_peers` addresses are remembered as known; the longest silent is forgotten first.
    """

    def __init__(self, strangers: Allowance, known: Allowance, most_peers: int = 4096) -> None:
        """Take the two shared buckets."""
        self._strangers, self._known, self._most_peers = strangers, known, most_peers
        self._peers: OrderedDict[str, None] = OrderedDict()

    def allows(self, peer: str, now_s: float) -> bool:
        """Take one token of the bucket that the peer shares."""
        if peer not in self._peers:
            return self._strangers.allows("", now_s)
        self._peers.move_to_end(peer)
        return self._known.allows("", now_s)

    def welcome(self, peer: str) -> None:
        """Take note that a reading of this peer was kept."""
        self._peers[peer] = None
        self._peers.move_to_end(peer)
        if len(self._peers) > self._most_peers:
            self._peers.popitem(last=False)
