"""What a screen may claim, decided without a screen: the rules of state.js, words.js, settings.js and plan.js."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.screens.serving import ScreenServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LIVE = {"link": "live", "heardAgeMs": 0, "silentMs": 0, "lostMs": 0, "doubtedMs": 0}


@pytest.fixture(scope="module")
def rules(browser: "Browser", _lasting: ScreenServer) -> "Iterator[Page]":
    """A page that has nothing but the pure modules at hand."""
    page = browser.new_page()
    page.goto(f"{_lasting.origin}/screens/lobby/icon.svg")
    names = ("state", "words", "settings", "plan", "clock", "fit")
    page.evaluate(
        "async (names) => { for (const name of names) window[name] = await import(`/screens/lobby/${name}.js`); }",
        list(names),
    )
    yield page
    page.close()


def trust(rules: "Page", **known: Any) -> tuple[str, str | None, int]:
    found = rules.evaluate("known => state.trust(known)", {**LIVE, **known})
    return found["show"], found["cause"], found["ageMs"]


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, ("live", None, 0)),
        ({"silentMs": 12_000}, ("live", None, 0)),
        ({"heardAgeMs": 3_600_000}, ("live", None, 0)),
        ({"silentMs": 12_001}, ("stale", "server", 12_001)),
        ({"silentMs": 1_500, "lostMs": 1_400}, ("live", None, 0)),
        ({"silentMs": 4_000, "lostMs": 2_001}, ("stale", "server", 4_000)),
        ({"silentMs": 299_999}, ("stale", "server", 299_999)),
        ({"silentMs": 300_000}, ("dead", "server", 300_000)),
        ({"link": "stale", "heardAgeMs": 60_000}, ("stale", "sensors", 60_000)),
        ({"link": "stale", "heardAgeMs": 3_600_000}, ("stale", "sensors", 3_600_000)),
        ({"link": "stale", "doubtedMs": 300_000}, ("dead", "sensors", 0)),
        ({"link": "stale", "heardAgeMs": 60_000, "silentMs": 70_000}, ("stale", "server", 70_000)),
        ({"link": "dead"}, ("dead", "sensors", 0)),
        ({"link": None}, ("starting", None, 0)),
        ({"link": None, "silentMs": 13_000}, ("starting", "server", 0)),
        ({"link": None, "lostMs": 3_000}, ("starting", "server", 0)),
    ],
)
def test_trust(rules: "Page", known: dict[str, Any], expected: tuple[str, str | None, int]) -> None:
    assert trust(rules, **known) == expected


@pytest.mark.parametrize(
    ("counts", "show", "expected"),
    [
        ((100, 5, 90, 5), "live", {"kind": "number", "free": 5}),
        ((100, 5, 0, 95), "stale", {"kind": "number", "free": 5}),
        ((100, 0, 100, 0), "live", {"kind": "full"}),
        ((100, 0, 98, 2), "stale", {"kind": "full"}),
        ((100, 0, 49, 51), "live", {"kind": "none"}),
        ((100, 0, 0, 100), "live", {"kind": "none"}),
        ((0, 0, 0, 0), "live", {"kind": "none"}),
        ((100, 5, 90, 5), "dead", {"kind": "none"}),
        ((100, 5, 90, 5), "starting", {"kind": "none"}),
    ],
)
def test_figure(rules: "Page", counts: tuple[int, ...], show: str, expected: dict[str, Any]) -> None:
    count = dict(zip(("total", "free", "occupied", "unknown"), counts, strict=True))
    assert rules.evaluate("([count, show]) => state.figure(count, show)", [count, show]) == expected


def test_ages_grow_with_the_page_s_own_clock(rules: "Page") -> None:
    found = rules.evaluate("""() => {
        const watch = new state.Watch(1000);
        const board = { life: "a", seq: 1, link: "stale", at_ms: 5e12, heard_ms: 0, heard_age_ms: 40000 };
        watch.takeBoard(board, 2000);
        const first = watch.trust(5000).ageMs;
        watch.takeHeartbeat({ life: "a", heard_age_ms: 90000 }, 6000);
        const second = watch.trust(7000).ageMs;
        watch.takeHeartbeat({ life: "b", heard_age_ms: 1 }, 7000);
        return [first, second, watch.trust(8000).ageMs];
    }""")
    assert found == [43_000, 91_000, 92_000]


def test_an_older_board_is_a_sign_of_life_and_nothing_more(rules: "Page") -> None:
    found = rules.evaluate("""() => {
        const watch = new state.Watch(0);
        const take = (life, seq, now) => {
            watch.takeBoard({ life, seq, link: "live", heard_age_ms: 0 }, now);
            return `${watch.board.life}${watch.board.seq} ${watch.trust(now + 11000).show}`;
        };
        const same = [take("a", 5, 0), take("a", 4, 10000), take("b", 1, 20000), take("a", 9, 30000)];
        watch.opened();
        return [...same, take("a", 9, 40000)];
    }""")
    assert found == ["a5 live", "a5 live", "b1 live", "b1 live", "a9 live"]


@pytest.mark.parametrize(
    ("age_ms", "expected"),
    [
        (9_999, "数秒前 | seconds ago"),
        (19_999, "10 秒前 | 10 s ago"),
        (60_000, "1 分钟前 | 1 min ago"),
        (3_599_999, "59 分钟前 | 59 min ago"),
        (7_200_000, "2 小时前 | 2 h ago"),
        (172_800_000, "2 天前 | 2 days ago"),
    ],
)
def test_ages_in_words(rules: "Page", age_ms: int, expected: str) -> None:
    assert rules.evaluate("age => Object.values(words.age(age)).join(' | ')", age_ms) == expected


def test_settings_that_cannot_be_used_are_replaced(rules: "Page") -> None:
    read = "query => settings.readSettings(query)"
    usual = rules.evaluate(read, "?lot=a%26b&layout=hall&lang=fr&size=huge&distance=-3&arrow=back&theme=pink")
    assert usual == {
        "lot": "a&b",
        "layout": "lobby",
        "lang": "both",
        "size": 55,
        "distance": 3,
        "arrow": "up",
        "theme": "auto",
        "screen": None,
    }
    assert rules.evaluate(read, "?layout=gate")["distance"] == 10
    assert rules.evaluate(read, "")["lot"] is None


@pytest.mark.parametrize("count", [0, 1, 2, 7, 60, 400])
@pytest.mark.parametrize("aspect", [0.3, 1, 2.5, 9])
def test_an_automatic_plan_has_every_bay_once_inside_the_field(
    rules: "Page", count: int, aspect: float
) -> None:
    laid = rules.evaluate("([n, aspect]) => plan.layOut(Array(n).fill({}), aspect)", [count, aspect])
    places = [(round(x, 3), round(y, 3)) for x, y, _ in laid["places"]]
    assert len(set(places)) == count
    for x, y in places:
        assert 0 <= x <= laid["width"] - 1 + 1e-6
        assert 0 <= y <= laid["height"] - 2 + 1e-6
        assert not [1 for a, b in places if (a, b) != (x, y) and abs(a - x) < 0.999 and abs(b - y) < 1.999]


def test_a_surveyed_plan_is_drawn_as_surveyed(rules: "Page") -> None:
    bays = [{"at": [4, 3], "turned": False}, {"at": [5, 3], "turned": False}, {"at": [10, 8], "turned": True}]
    laid = rules.evaluate("bays => plan.layOut(bays, 1)", bays)
    places = [[0, 0, False], [1, 0, False], [6, 5, True]]
    assert laid == {"width": 8, "height": 6, "surveyed": True, "places": places}


def test_the_clock_knows_other_zones_and_survives_unknown_ones(rules: "Page") -> None:
    told = rules.evaluate(
        """() => {
        const clock = new clock_.Clock("Asia/Shanghai");
        const at = Date.UTC(2027, 0, 15, 14, 5);
        const here = clock.read(at);
        clock.move("Mars/Olympus");
        const lost = clock.read(at).time;
        clock.move("Asia/Urumqi");
        return [here.time, here.night, here.date.zh, here.date.en, lost, clock.read(at).time];
    }""".replace("clock_", "window.clock")
    )
    assert told == ["22:05", True, "1月15日 星期五", "Fri 15 Jan", "22:05", "20:05"]


def test_letters_subtend_seven_thousandths_of_a_radian(rules: "Page") -> None:
    least = "([size, distance]) => fit.leastText({ size, distance }, { width: 1600, height: 1200 }, 0.7)"
    inches = 2000 / 25.4  # one pixel a millimetre
    assert rules.evaluate(least, [inches, 5]) == pytest.approx(35 / 0.7)
    assert rules.evaluate(least, [inches, 10]) == pytest.approx(70 / 0.7)


def test_the_documents_name_every_setting_and_every_word(rules: "Page") -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "screens.md").read_text()
    table = text.split("| parameter |")[1].split("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == set(
        rules.evaluate("() => Object.keys(settings.readSettings(''))")
    )
    said = rules.evaluate("""() => [
        ["live", null], ["stale", "server"], ["dead", "server"], ["dead", "sensors"], ["starting", null],
    ].map(([show, cause]) => words.banner({ show, cause, ageMs: 180000 }, null))""")
    for banner in [*said, *rules.evaluate("() => [words.FULL]")]:
        assert banner["zh"] in text
        assert banner["en"] in text
