"""Everybody can read a screen: contrast of 7:1 by day and by night, names and roles for those who cannot see it."""

from typing import TYPE_CHECKING

import pytest

from tests.screens.boards import STATES
from tests.screens.serving import ScreenServer
from tests.screens.watching import letters, mark_contrasts, open_screen, wait_for_seq

if TYPE_CHECKING:
    from playwright.sync_api import Page

LEAST_CONTRAST = 7.0
LEAST_MARK_CONTRAST = 3.0


@pytest.mark.parametrize("theme", ["day", "night"])
@pytest.mark.parametrize("layout", ["lobby", "gate"])
def test_contrast(page: "Page", server: ScreenServer, layout: str, theme: str) -> None:
    open_screen(page, server, layout=layout, theme=theme)
    for state, board in STATES.items():
        wait_for_seq(page, server.put(board))
        pale = [letter for letter in letters(page) if letter.contrast < LEAST_CONTRAST]
        assert pale == [], state
        assert min(mark_contrasts(page), default=21) >= LEAST_MARK_CONTRAST, state


@pytest.mark.parametrize("layout", ["lobby", "gate"])
@pytest.mark.parametrize("lang", ["zh", "en", "both"])
def test_axe_finds_nothing(page: "Page", server: ScreenServer, layout: str, lang: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    open_screen(page, server, layout=layout, lang=lang)
    enhanced = {"rules": {"color-contrast-enhanced": {"enabled": True}}}
    for state in ("live", "stale", "dead", "full"):
        wait_for_seq(page, server.put(STATES[state]))
        found = axe.Axe().run(page, options=enhanced).response
        assert [broken["id"] for broken in found["violations"]] == [], state


def test_state_is_a_word_a_shape_and_a_colour(page: "Page", server: ScreenServer) -> None:
    open_screen(page, server)
    seen = set()
    for state in ("live", "stale", "dead"):
        wait_for_seq(page, server.put(STATES[state]))
        shapes = page.locator(".glyph > :visible")
        assert shapes.count() == 1
        seen.add(
            (
                page.locator(".state .words").inner_text(),
                shapes.get_attribute("class"),
                page.locator(".foot").evaluate("foot => getComputedStyle(foot).backgroundColor"),
            )
        )
    words, drawn, colours = zip(*seen, strict=True)
    assert len(set(words)) == len(set(drawn)) == len(set(colours)) == 3


def test_those_who_cannot_see_it_hear_it(page: "Page", server: ScreenServer) -> None:
    open_screen(page, server, lang="en")
    wait_for_seq(page, server.put(STATES["three digits"]))
    said = page.locator("main").aria_snapshot()
    assert 'heading "Liyuan Garden Garage"' in said
    assert "128" in said
    floor = STATES["three digits"].floors[0]
    counted = (
        f"Level B1: {floor.count.free} free, {floor.count.occupied} taken, {floor.count.unknown} unknown"
    )
    assert f'img "{counted}"' in said
    assert page.locator("html").get_attribute("lang") == "en"
