"""What a test sees on a screen: whether something stands there, which letters, which colours."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from playwright.sync_api import Page

from tests.screens.boards import LOT
from tests.screens.serving import ScreenServer
from wire import Board

_LOOK: Final = Path(__file__).with_name("look.js").read_text()


class Letters(Struct, frozen=True, kw_only=True):
    """One text: its capitals' height in pixels, its contrast with what lies behind it."""

    words: str
    height: float
    contrast: float


def open_screen(page: "Page", server: ScreenServer, **settings: str | float) -> None:
    """Open a lot's screen and wait until it shows a board."""
    query = "&".join(f"{name}={value}" for name, value in {"lot": LOT, **settings}.items())
    page.goto(f"{server.origin}/screens/lobby/?{query}")
    page.wait_for_function("document.documentElement.dataset.seq")


def wait_for_seq(page: "Page", seq: int) -> None:
    """Wait until a board is painted."""
    page.wait_for_function("seq => document.documentElement.dataset.seq === String(seq)", arg=seq)


def wait_for_show(page: "Page", show: str, within_s: float = 20) -> None:
    """Wait until the screen is live, stale, dead or starting."""
    page.wait_for_function(
        "show => document.documentElement.dataset.show === show", arg=show, timeout=within_s * 1000
    )


def arrivals(page: "Page") -> list[tuple[str, int]]:
    """A list that grows with the life and the number of each board that reaches the browser, shown or not."""
    arrived: list[tuple[str, int]] = []

    def note(event: dict[str, str]) -> None:
        if event["eventName"] == "board":
            board = msgspec.json.decode(event["data"], type=Board)
            arrived.append((board.life, board.seq))

    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on("Network.eventSourceMessageReceived", note)
    return arrived


def wait_for(page: "Page", so: Callable[[], object]) -> None:
    """Wait until something is so that the browser tells."""
    deadline = time.monotonic() + 20
    while not so():
        assert time.monotonic() < deadline, "not so within 20 s"
        page.wait_for_timeout(10)


def text(page: "Page", part: str) -> str:
    """What a part of the screen says, both languages in one line."""
    return " | ".join(page.locator(part).first.inner_text().split("\n"))


def faults(page: "Page") -> list[str]:
    """Words that leave the screen, overlap or are cut off, however they got there."""
    found: list[str] = page.evaluate(_LOOK, "faults")
    return found


def letters(page: "Page") -> list[Letters]:
    """Each text on the screen."""
    return [Letters(**text) for text in page.evaluate(_LOOK, "letters")]


def mark_contrasts(page: "Page") -> list[float]:
    """How clearly each bay, each mark of the legend and the state's shape stand out from what is behind them."""
    found: list[float] = page.evaluate(_LOOK, "marks")
    return found
