"""The pages for people: links that lead somewhere, two languages, no script, nothing from elsewhere."""

import re
from html.parser import HTMLParser

from starlette.testclient import TestClient

from chassis import BoardHub
from wire import Board, Count, Link, PlaceId, Words


class Reader(HTMLParser):
    """Notes what a page links to, loads and names."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.loads: list[str] = []
        self.languages: set[str] = set()
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "href":
                self.links.append(value or "")
            elif name == "src":
                self.loads.append(value or "")
            elif name == "id":
                self.ids.append(value or "")
            elif name == "lang":
                self.languages.add(value or "")


def board(lot: str, words: Words) -> Board:
    nothing = Count(total=0, free=0, occupied=0, unknown=0)
    return Board(
        lot=PlaceId(lot),
        name=words,
        life="x",
        seq=1,
        at_ms=0,
        heard_ms=0,
        link=Link.DEAD,
        count=nothing,
        floors=(),
    )


def test_the_front_page_links_the_screens_and_everything_else(client: TestClient, hub: BoardHub) -> None:
    hub.put(board("lot-east", Words(zh="东 <区>", en="East & more")))
    page = client.get("/")
    reader = Reader(page.text)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "/screens/lot-east" in reader.links
    assert {"/docs", "/openapi.json", "/metrics", "/readyz", "/v1/parking/lots"} <= set(reader.links)
    assert "东 &lt;区&gt;" in page.text
    assert "East &amp; more" in page.text
    assert reader.languages == {"zh", "en"}
    for link in reader.links:
        if not link.startswith("/screens/"):
            assert client.get(link).status_code == 200


def test_a_strange_lot_id_stays_an_id(client: TestClient, hub: BoardHub) -> None:
    hub.put(board('x"/?<script>', Words(zh="怪", en="odd")))
    page = client.get("/").text
    assert "/screens/x%22%2F%3F%3Cscript%3E" in page
    assert "<script" not in page


def test_without_lots_the_front_page_says_so(client: TestClient) -> None:
    assert "还没有停车场" in client.get("/").text


def test_pages_run_nothing_and_load_nothing(client: TestClient) -> None:
    for address in ("/", "/docs"):
        answer = client.get(address)
        reader = Reader(answer.text)
        assert not reader.loads
        assert not {"script", "link", "iframe", "img"} & set(reader.tags)
        assert reader.tags.count("h1") == reader.tags.count("main") == reader.tags.count("title") == 1
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy


def test_the_documentation_lists_every_address_and_its_links_lead_somewhere(client: TestClient) -> None:
    page = client.get("/docs").text
    reader = Reader(page)
    for path in client.get("/openapi.json").json()["paths"]:
        assert path in page
    assert len(reader.ids) == len(set(reader.ids))
    for link in reader.links:
        assert link == "/openapi.json" or link.removeprefix("#") in reader.ids
    assert not re.search(r"`", page)
