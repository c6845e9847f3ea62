"""A screen never shows a wrong number as right: frozen, killed, restarted, late and early servers."""

from typing import TYPE_CHECKING

from msgspec.structs import replace

from tests.screens.boards import LOT, STATES, USUAL, board_of
from tests.screens.serving import ScreenServer
from tests.screens.watching import arrivals, open_screen, text, wait_for, wait_for_seq, wait_for_show
from wire import Link

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_a_change_is_painted(page: "Page", server: ScreenServer) -> None:
    open_screen(page, server)
    assert text(page, ".figure") == "42"
    wait_for_seq(page, server.put(board_of(USUAL, free=17)))
    assert text(page, ".figure") == "17"
    assert text(page, ".state") == "实时 | Live"
    assert sum(int(count) for count in page.locator(".count .zh").all_inner_texts()) == 17
    assert page.locator(".plan path.free").count() == 17


def test_each_bay_is_found_by_its_id(page: "Page", server: ScreenServer) -> None:
    open_screen(page, server)
    board = STATES["three digits"]
    wait_for_seq(page, server.put(board))
    for bay in (board.floors[0].bays[0], board.floors[1].bays[50], board.floors[2].bays[99]):
        assert page.locator(f"[id='{bay.id}']").get_attribute("class") == bay.sight


def test_unknown_bays_are_never_counted_free(page: "Page", server: ScreenServer) -> None:
    open_screen(page, server)
    wait_for_seq(page, server.put(board_of(USUAL, free=5, unknown=250)))
    assert text(page, ".figure") == "5"
    assert text(page, ".unknown-bays") == "另有 250 个车位状态未知 | 250 more bays unknown"
    wait_for_seq(page, server.put(board_of(USUAL, free=0, unknown=1)))
    assert text(page, ".figure") == "车位已满 | Full"
    assert text(page, ".unknown-bays") == "另有 1 个车位状态未知 | 1 more bay unknown"
    wait_for_seq(page, server.put(board_of(USUAL, free=0, unknown=299)))
    assert text(page, ".figure") == "--"
    wait_for_seq(page, server.put(board_of(USUAL, free=3, unknown=0)))
    assert not page.locator(".unknown-bays").is_visible()


def test_stale_is_shown_with_its_age(page: "Page", server: ScreenServer) -> None:
    open_screen(page, server)
    stale = replace(board_of(USUAL, link=Link.STALE), heard_age_ms=150_000)
    wait_for_seq(page, server.put(stale))
    assert text(page, ".state") == "非实时，2 分钟前 | Not live, 2 min ago"
    assert text(page, ".figure") == "42"


def test_dates_of_the_server_do_not_matter(page: "Page", server: ScreenServer) -> None:
    open_screen(page, server)
    wrong = replace(
        board_of(USUAL, link=Link.STALE), at_ms=1_000, heard_ms=9_999_999_999_999, heard_age_ms=70_000
    )
    wait_for_seq(page, server.put(wrong))
    assert text(page, ".state") == "非实时，1 分钟前 | Not live, 1 min ago"


def test_a_dead_link_shows_no_number(page: "Page", server: ScreenServer) -> None:
    open_screen(page, server)
    wait_for_seq(page, server.put(STATES["dead"]))
    assert text(page, ".figure") == "--"
    assert page.locator(".count .zh").all_inner_texts() == ["--", "--", "--"]
    assert page.locator(".plan path.free").count() == 0
    assert text(page, ".state") == "暂无数据，传感器失联 | No data, sensors silent"


def test_an_older_board_never_replaces_a_newer_one(page: "Page", server: ScreenServer) -> None:
    open_screen(page, server)
    arrived = arrivals(page)
    for life, seq, free, shown in [
        ("early", 50, 9, "9"),
        ("early", 49, 8, "9"),
        ("late", 1, 7, "7"),
        ("early", 51, 6, "7"),
        ("late", 0, 5, "7"),
        ("late", 2, 4, "4"),
    ]:
        server.put_as_is(replace(board_of(USUAL, free=free), life=life, seq=seq))
        wait_for(page, lambda: (life, seq) in arrived)  # noqa: B023 - it is called at once
        assert text(page, ".figure") == shown, (life, seq)


def test_a_frozen_server_is_owned_up_to(page: "Page", mortal: ScreenServer) -> None:
    open_screen(page, mortal)
    mortal.freeze()
    wait_for_show(page, "stale", within_s=15)
    assert text(page, ".figure") == "42"
    assert text(page, ".state").startswith("非实时，10 秒前 | Not live, 10 s ago")
    mortal.thaw()
    wait_for_show(page, "live", within_s=10)


def test_a_restarted_server_is_followed_at_once(page: "Page", mortal: ScreenServer) -> None:
    open_screen(page, mortal)
    mortal.kill()
    wait_for_show(page, "stale")
    mortal.start()
    mortal.put_as_is(replace(board_of(USUAL, free=11), life="second", seq=1))
    wait_for_show(page, "live")
    page.wait_for_function("document.querySelector('.figure').innerText === '11'")


def test_five_minutes_without_a_link_leave_no_number_but_the_clock_goes_on(
    page: "Page", mortal: ScreenServer
) -> None:
    page.clock.install(time=1_800_000_000_000 / 1000)
    open_screen(page, mortal)
    assert text(page, ".time") == "16:00"
    mortal.kill()
    page.clock.fast_forward(60_000)
    wait_for_show(page, "stale")
    assert text(page, ".state") == "非实时，1 分钟前 | Not live, 1 min ago"
    assert text(page, ".figure") == "42"
    page.clock.fast_forward(241_000)
    wait_for_show(page, "dead")
    assert text(page, ".figure") == "--"
    assert text(page, ".state") == "暂无数据，连接中断 | No data, connection lost"
    assert text(page, ".time") == "16:05"


def test_a_link_that_stays_stale_dies_after_five_minutes(page: "Page", server: ScreenServer) -> None:
    page.clock.install()
    open_screen(page, server)
    wait_for_seq(page, server.put(STATES["stale"]))
    wait_for_show(page, "stale")
    page.clock.fast_forward(301_000)
    wait_for_show(page, "dead")
    wait_for_seq(page, server.put(STATES["live"]))
    wait_for_show(page, "live")


def test_a_screen_started_without_its_server_says_so_and_finds_it(page: "Page", mortal: ScreenServer) -> None:
    open_screen(page, mortal)
    address = page.url
    mortal.kill()
    page.goto("about:blank")
    page.goto(address)
    wait_for_show(page, "starting")
    assert text(page, ".figure") == "--"
    page.wait_for_function("document.querySelector('.state').innerText.includes('No data, connection lost')")
    assert text(page, ".time") != "--:--"
    mortal.start()
    wait_for_show(page, "live")


def test_a_lot_that_is_not_there_is_named(page: "Page", server: ScreenServer) -> None:
    page.goto(f"{server.origin}/screens/lobby/?lot=elsewhere")
    page.wait_for_function("document.querySelector('.state').innerText.includes('No lot elsewhere')")
    assert text(page, ".figure") == "--"


def test_without_a_lot_the_only_one_is_shown(page: "Page", server: ScreenServer) -> None:
    page.goto(f"{server.origin}/screens/lobby/")
    wait_for_show(page, "live")


def test_short_addresses_keep_their_settings(page: "Page", server: ScreenServer) -> None:
    page.goto(f"{server.origin}/screens/{LOT}?lang=en&layout=gate")
    wait_for_show(page, "live")
    assert page.locator("html").get_attribute("data-layout") == "gate"
    assert page.locator("html").get_attribute("lang") == "en"
