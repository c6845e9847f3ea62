"""The newest board of each lot, handed to every screen that waits for it."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from wire import Board, Link, PlaceId

_MOST_RENDERED: Final = 256


class Rendered(Struct, frozen=True, kw_only=True):
    """What a screen says it shows, and when it said so (UTC ms); `show` is live, stale, dead or starting."""

    life: str
    seq: int
    show: str
    at_ms: int


class _Kept(Struct, frozen=True, kw_only=True):
    turn: int
    board: Board
    put_s: float


class BoardHub:
    """Keeps one board a lot; a program puts boards in, screens wait for a newer one.

    A program that puts its boards again and again, changed or not, gives `vouched_s`: a live board that it has not
    put for so long is handed out as stale, so that a stuck program never leaves an old number looking fresh.
    """

    def __init__(
        self, *, vouched_s: float | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Start without boards; `clock` gives seconds that never jump."""
        self._kept: dict[PlaceId, _Kept] = {}
        self._changed = asyncio.Event()
        self._rendered: dict[tuple[PlaceId, str], Rendered] = {}
        self._vouched_s = vouched_s
        self._clock = clock
        self.watching = 0

    def put(self, board: Board) -> None:
        """Replace a lot's board; wake every screen if it is another one (`life`, `seq` or `link` differ)."""
        before = self._kept.get(board.lot)
        changed = before is None or _mark(before.board) != _mark(board)
        turn = (before.turn if before else 0) + changed
        self._kept[board.lot] = _Kept(turn=turn, board=board, put_s=self._clock())
        if changed:
            self._changed.set()
            self._changed = asyncio.Event()

    def lots(self) -> Sequence[PlaceId]:
        """Return the lots that have a board."""
        return tuple(self._kept)

    def current(self, lot: PlaceId) -> Board | None:
        """Return a lot's board with its age as of now, or None if there is no such lot."""
        kept = self._kept.get(lot)
        return None if kept is None else self._aged(kept)

    async def newer(self, lot: PlaceId, than: int) -> tuple[int, Board]:
        """Wait until the lot's board has changed since turn `than` (0: before the first); return its turn and it."""
        while (kept := self._kept.get(lot)) is None or kept.turn == than:
            await self._changed.wait()
        return kept.turn, self._aged(kept)

    @property
    def rendered(self) -> Mapping[tuple[PlaceId, str], Rendered]:
        """What each screen of a lot last said that it shows."""
        return self._rendered

    def note(self, lot: PlaceId, screen: str, rendered: Rendered) -> None:
        """Remember what a screen shows; of too many screens the one that has been silent longest is forgotten."""
        self._rendered.pop((lot, screen), None)
        if len(self._rendered) >= _MOST_RENDERED:
            del self._rendered[next(iter(self._rendered))]
        self._rendered[lot, screen] = rendered

    def _aged(self, kept: _Kept) -> Board:
        board, since_s = kept.board, self._clock() - kept.put_s
        age_ms = board.heard_age_ms
        if age_ms is None:
            age_ms = max(0, board.at_ms - board.heard_ms)
        unvouched = self._vouched_s is not None and since_s > self._vouched_s
        link = Link.STALE if unvouched and board.link is Link.LIVE else board.link
        return replace(board, heard_age_ms=age_ms + round(since_s * 1000), link=link)


def _mark(board: Board) -> tuple[str, int, Link]:
    return board.life, board.seq, board.link
