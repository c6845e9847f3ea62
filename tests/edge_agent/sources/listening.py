"""An intake that keeps what it is given and settles it as a test says."""

from collections.abc import Callable, Mapping, Sequence

from device_profiles import Profile, Reading, Shelf
from edge_agent.sources import Heard, Outcome, Refused
from tests.until import until
from wire import Observation, TimeTrust, Words

Item = Heard | Refused
NOW_MS = 1_760_000_000_000


def clock() -> tuple[int, TimeTrust]:
    """A clock that stands still."""
    return NOW_MS, TimeTrust.SYNCED


class Listening:
    """Settles each item at once with what `settle_as` says; None leaves it open."""

    def __init__(self, settle_as: Callable[[Item], Outcome | None] = lambda _: Outcome.STORED) -> None:
        self.items: list[Item] = []
        self.settle_as = settle_as
        self.full = False

    def offer(self, item: Item, /) -> bool:
        if self.full:
            return False
        self._take(item)
        return True

    async def put(self, item: Item, /) -> None:
        await until(lambda: not self.full)
        self._take(item)

    def _take(self, item: Item) -> None:
        self.items.append(item)
        outcome = self.settle_as(item)
        if outcome is not None:
            item.settle(outcome)

    @property
    def heard(self) -> list[Heard]:
        return [item for item in self.items if isinstance(item, Heard)]

    @property
    def refused(self) -> list[Refused]:
        return [item for item in self.items if isinstance(item, Refused)]

    @property
    def readings(self) -> list[Reading]:
        return [item.reading for item in self.heard]


class Kept:
    """An intake with the memory that the outbox has: identities survive the agent, `rows` counts what was stored."""

    def __init__(self) -> None:
        self.identities: set[tuple[str, str]] = set()
        self.rows: list[bytes] = []
        self.open: list[tuple[Item, Outcome]] = []
        self.hold = False

    def offer(self, item: Item, /) -> bool:
        self._take(item)
        return True

    async def put(self, item: Item, /) -> None:
        self._take(item)

    def _take(self, item: Item) -> None:
        key, payload = _key(item)
        repeated = bool(key[1]) and not item.surely_new and key in self.identities
        if not repeated:
            self.rows.append(payload)
        self.identities.add(key)
        outcome = Outcome.REPEATED if repeated else Outcome.STORED
        if self.hold:
            self.open.append((item, outcome))
        else:
            item.settle(outcome)


def _key(item: Item) -> tuple[tuple[str, str], bytes]:
    if isinstance(item, Heard):
        return (item.reading.device, item.reading.identity), item.reading.payload
    return (item.where, item.identity), item.payload


def _decode(reading: Reading, /) -> Sequence[Observation]:
    return []


def shelf(*keys: str) -> Shelf:
    """A shelf with profiles of these keys that understand nothing."""
    profiles: Mapping[str, Profile] = {
        key: Profile(
            key=key, title=Words(zh="测试", en="Test"), heartbeat_s=60, silent_after_s=180, decode=_decode
        )
        for key in keys
    }
    return Shelf(profiles)
