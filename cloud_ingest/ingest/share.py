"""How many shards a worker should serve, and which ones it takes or gives back."""

from collections.abc import Collection

from msgspec import Struct

from wire import SHARDS


class Turn(Struct, frozen=True, kw_only=True):
    """What a worker does next: shards to try to take, in order, and shards to give back."""

    take: tuple[int, ...] = ()
    give: tuple[int, ...] = ()


def fair_share(workers: int, cap: int) -> int:
    """Return the most shards that one of so many workers should serve, never above its own cap."""
    return min(cap, -(-SHARDS // max(workers, 1)))


def next_turn(mine: Collection[int], taken: Collection[int], workers: int, cap: int) -> Turn:
    """Decide a worker's next turn.

    `mine` are the shards that it serves, `taken` all that anybody serves, `workers` how many live. It asks for free
    shards up to its fair share, and gives back what is above it, so that a newcomer finds free ones.
    """
    share = fair_share(workers, cap)
    if len(mine) > share:
        return Turn(give=tuple(sorted(mine)[share:]))
    free = [shard for shard in range(SHARDS) if shard not in taken]
    return Turn(take=tuple(free[: share - len(mine)]))
