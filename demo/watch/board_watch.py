"""A lobby screen's place in the demonstration: follows a board's stream and measures when each change shows."""

import asyncio
import logging
import math
from collections.abc import AsyncIterator
from typing import Final

import msgspec

from demo.estate import Ledger, Utterance
from demo.stage import DEBOUNCE_S, HOST
from demo.watch.latencies import Latencies
from wire import BayId, Board, PlaceId, Sight

log = logging.getLogger(__name__)
_LONGEST_LINE: Final = 1 << 20
_SILENT_AFTER_S: Final = 12.0
_AGAIN_AFTER_S: Final = 0.25
_decode_board = msgspec.json.Decoder(Board).decode


class BoardWatch:
    """A real client of the gateway's stream of server-sent events.

    A change counts from when it left its sensor. Not counted are: what its level's lost link held back; a change that
    was overtaken by the bay's next before it showed (`overtaken`); and one that came so soon after the bay's last that
    the gateway waits on purpose whether it holds (`debounced`), as happens when a held-back change arrives late.
    """

    def __init__(self, port: int, lot: PlaceId, ledger: Ledger) -> None:
        """Name the gateway's web port and the lot."""
        self._port, self._lot, self._ledger = port, lot, ledger
        self._expected: dict[BayId, Utterance] = {}
        self.latencies = Latencies()
        self._turned: dict[BayId, tuple[Sight, float]] = {}
        self.overtaken = 0
        self.debounced = 0
        self.board: Board | None = None
        self.boards = 0

    def expect(self, utterance: Utterance) -> None:
        """A sensor says something: if it is a change, it must show."""
        if not utterance.moment.changed:
            return
        if self._expected.pop(utterance.sensor.bay, None) is None:
            self._expected[utterance.sensor.bay] = utterance
        else:
            self.overtaken += 1  # the board shows already what this says: seeing it would prove nothing

    async def run(self) -> None:
        """Follow the stream until cancelled, opening it again whenever it ends."""
        while True:
            try:
                async for board in _boards(self._port, self._lot):
                    self._saw(board)
            except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
                log.debug("the board's stream ended: %s", error)
            await asyncio.sleep(_AGAIN_AFTER_S)

    def _saw(self, board: Board) -> None:
        now_s = asyncio.get_running_loop().time()
        self.board = board
        self.boards += 1
        for floor in board.floors:
            for bay in floor.bays:
                before, turned_s = self._turned.get(bay.id, (Sight.UNKNOWN, -math.inf))
                if bay.sight is not before:
                    self._turned[bay.id] = (bay.sight, now_s)
                said = self._expected.get(bay.id)
                if said is not None and bay.sight is _sight(said):
                    del self._expected[bay.id]
                    self._measure(said, now_s, turned_s)

    def _measure(self, said: Utterance, now_s: float, turned_s: float) -> None:
        spoken = self._ledger.of(said)
        if spoken.sent_s is None or spoken.held:
            return
        if spoken.sent_s - turned_s < DEBOUNCE_S:
            self.debounced += 1
        else:
            self.latencies.add(now_s - spoken.sent_s)


def _sight(said: Utterance) -> Sight:
    return Sight.OCCUPIED if said.moment.occupied else Sight.FREE


async def _boards(port: int, lot: PlaceId) -> AsyncIterator[Board]:
    """Give each board of the stream until it ends.

    Raises:
        OSError, TimeoutError, IncompleteReadError: nobody serves it, or the stream fell silent or ended.
    """
    reader, writer = await asyncio.open_connection(HOST, port, limit=_LONGEST_LINE)
    try:
        # HTTP/1.0 asks for the stream as it is, without chunks.
        writer.write(f"GET /v1/screens/{lot}/stream HTTP/1.0\r\nHost: {HOST}\r\n\r\n".encode())
        async with asyncio.timeout(_SILENT_AFTER_S):
            status = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in status.partition(b"\r\n")[0]:
            raise ConnectionRefusedError(status.partition(b"\r\n")[0].decode())
        kind = b""
        while True:
            async with asyncio.timeout(_SILENT_AFTER_S):
                line = (await reader.readuntil(b"\n")).rstrip()
            if line.startswith(b"event: "):
                kind = line.removeprefix(b"event: ")
            elif line.startswith(b"data: ") and kind == b"board":
                yield _decode_board(line.removeprefix(b"data: "))
    finally:
        writer.close()
