"""No text is cut off, overlaps or leaves the screen, whatever there is to say; letters are as high as they must be."""

import math
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from tests.screens.boards import STATES, board_of, lot_of, surveyed
from tests.screens.serving import ScreenServer
from tests.screens.watching import faults, letters, open_screen, text, wait_for_seq
from wire import Words

if TYPE_CHECKING:
    from playwright.sync_api import Page

SIZES = [(1920, 1080), (1080, 1920), (1366, 768), (3840, 2160)]
LANGUAGES = ["zh", "en", "both"]
USUAL = {"lobby": (55, 3), "gate": (75, 10)}
ALWAYS = [".figure", ".time"]


def least_letter(width: int, height: int, inches: float, metres: float) -> float:
    return 0.007 * metres * math.hypot(width, height) / (inches * 0.0254)


@pytest.mark.parametrize("layout", ["lobby", "gate"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_state_fits_every_screen(page: "Page", server: ScreenServer, layout: str, lang: str) -> None:
    open_screen(page, server, layout=layout, lang=lang)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        least = least_letter(width, height, *USUAL[layout])
        for state, board in STATES.items():
            wait_for_seq(page, server.put(board))
            where = f"{state} on {width}x{height}"
            assert faults(page) == [], where
            low = [letter.words for letter in letters(page) if letter.height < 0.98 * least]
            assert low == [], where
            assert all(page.locator(part).first.is_visible() for part in ALWAYS), where
            said = page.locator(".state .words").is_visible()
            assert said or (layout == "gate" and board.link == "live"), where


@pytest.mark.parametrize(("bays", "across"), [(12, 0), (400, 0), (100, 12)])
def test_lots_of_one_to_eight_levels_fit(page: "Page", server: ScreenServer, bays: int, across: int) -> None:
    open_screen(page, server)
    for levels in range(1, 9):
        lot = surveyed(lot_of(levels, bays), across) if across else lot_of(levels, bays)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            wait_for_seq(page, server.put(board_of(lot, free=levels * bays // 3)))
            where = f"{levels} levels on {width}x{height}"
            assert faults(page) == [], where
            assert page.locator(".count:visible").count() == levels, where
            assert page.locator(".plan:visible").count() == levels, where
            assert page.locator(".plan path[id]").count() == levels * bays, where


@pytest.mark.parametrize(("layout", "most"), [("lobby", 0.1), ("gate", 0.4)])
@pytest.mark.parametrize(("inches", "metres"), [(24, 2), (24, 5), (32, 12), (55, 15), (10, 40), (100, 1)])
def test_letters_follow_distance_and_size(
    page: "Page", server: ScreenServer, layout: str, most: float, inches: float, metres: float
) -> None:
    open_screen(page, server, layout=layout, size=inches, distance=metres)
    assert faults(page) == []
    assert text(page, ".figure") == "42"
    small = page.locator(".sheet").get_attribute("data-small") is not None
    assert small == (metres / inches > most)
    if not small:
        lowest = min(letter.height for letter in letters(page))
        assert lowest >= 0.98 * least_letter(1920, 1080, inches, metres)


def test_long_names_are_never_cut(page: "Page", server: ScreenServer) -> None:
    long = Words(
        zh="上海市徐汇区某某路一千二百三十四弄某某花园小区二期地下停车库", en="Second Phase Residents' Garage"
    )
    board = STATES["live"]
    floors = tuple(replace(floor, name=long) for floor in board.floors)
    open_screen(page, server)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        wait_for_seq(page, server.put(replace(board, name=long, floors=floors)))
        assert faults(page) == [], f"{width}x{height}"
