"""The newest board of each lot, handed to every screen that waits for it."""

import asyncio
from collections.abc import Sequence

from wire import Board, PlaceId


class BoardHub:
    """Keeps one board a lot; a program puts boards in, screens wait for a newer one.

    `rendered` holds what each screen said it shows: lot, screen → (seq, when it said so in UTC ms).
    """

    def __init__(self) -> None:
        """Start without boards."""
        self._boards: dict[PlaceId, Board] = {}
        self._changed = asyncio.Event()
        self.rendered: dict[tuple[PlaceId, str], tuple[int, int]] = {}
        self.watching = 0

    def put(self, board: Board) -> None:
        """Replace a lot's board and wake every screen."""
        self._boards[board.lot] = board
        self._changed.set()
        self._changed = asyncio.Event()

    def lots(self) -> Sequence[PlaceId]:
        """Return the lots that have a board."""
        return tuple(self._boards)

    def current(self, lot: PlaceId) -> Board | None:
        """Return a lot's board, or None if there is no such lot."""
        return self._boards.get(lot)

    async def newer(self, lot: PlaceId, than: Board | None) -> Board:
        """Wait until the lot's board is another than the given one and return it."""
        while (board := self._boards.get(lot)) is None or board is than:
            await self._changed.wait()
        return board
