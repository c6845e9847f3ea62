"""A screen lives for months: it reports, renews itself, spares the panel, and does not grow."""

from typing import TYPE_CHECKING

from tests.screens.boards import STATES, USUAL, board_of
from tests.screens.serving import ScreenServer
from tests.screens.watching import open_screen, wait_for_seq, wait_for_show

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

_STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
)


def test_beacons_tell_what_is_on_the_glass(page: "Page", server: ScreenServer) -> None:
    open_screen(page, server, screen="door-1")
    with page.expect_response(lambda answer: answer.url.endswith("/beacon")) as told:
        seq = server.put(STATES["stale"])
        wait_for_seq(page, seq)
    assert told.value.status == 204
    with page.expect_response(lambda answer: answer.url.endswith("/beacon")):
        seq = server.put(STATES["three digits"])
    said = server.rendered()["door-1"]
    assert (said["seq"], said["life"], said["show"]) == (seq, "first", "live")


def test_a_page_does_not_grow(page: "Page", server: ScreenServer) -> None:
    open_screen(page, server)
    count = "document.getElementsByTagName('*').length"
    wait_for_seq(page, server.put(board_of(USUAL, free=1)))
    before = page.evaluate(count)
    seq = 0
    for free in range(2, 40):
        seq = server.put(board_of(USUAL, free=free))
    wait_for_seq(page, seq)
    assert page.evaluate(count) == before


def test_a_new_version_of_the_page_is_fetched_and_shown_once(page: "Page", server: ScreenServer) -> None:
    page.add_init_script(
        "if (!sessionStorage.begun) { sessionStorage.begun = 1; localStorage.setItem('lilong.page', 'old'); }"
    )
    loads: list[str] = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    open_screen(page, server)
    page.wait_for_function("performance.getEntriesByType('navigation')[0].type === 'reload'")
    wait_for_show(page, "live")
    assert page.evaluate("localStorage.getItem('lilong.page')") != "old"
    wait_for_seq(page, server.put(STATES["three digits"]))
    assert len(loads) == 2


def test_the_picture_drifts_and_dims_at_night(page: "Page", server: ScreenServer) -> None:
    page.clock.install(time="2027-01-15T21:58:30+08:00")
    open_screen(page, server)
    place = "() => JSON.stringify(document.querySelector('.sheet').getBoundingClientRect())"
    ground = "() => getComputedStyle(document.body).backgroundColor"
    places, day = {page.evaluate(place)}, page.evaluate(ground)
    for _ in range(3):
        page.clock.run_for(60_000)
        places.add(page.evaluate(place))
    assert len(places) == 4
    assert page.locator("html").get_attribute("data-night") == "true"
    assert page.evaluate(ground) != day


def test_people_who_want_less_motion_get_none(page: "Page", server: ScreenServer) -> None:
    moving = "() => getComputedStyle(document.querySelector('.plan path[id]')).transitionDuration"
    open_screen(page, server)
    assert page.evaluate(moving) != "0s"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(moving) == "0s"


def test_the_page_runs_under_the_strictest_policy(page: "Page", server: ScreenServer) -> None:
    def stricter(route: "Route") -> None:
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": _STRICT})

    said: list[str] = []
    page.on("console", lambda line: said.append(line.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.route("**/screens/lobby/**", stricter)
    page.goto(f"{server.origin}/screens/lobby/?lot=lot-1")
    page.get_by_text("Live", exact=True).wait_for()
    assert said == []


def test_nothing_comes_from_elsewhere(page: "Page", server: ScreenServer) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_screen(page, server)
    assert asked
    assert [url for url in asked if not url.startswith(server.origin)] == []
