"""Screens over HTTP: pages, states, short addresses, beacons, and answers that say what is wrong."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from starlette.applications import Starlette
from starlette.testclient import TestClient

from chassis import BoardHub, screen_routes
from chassis.screens import page_version
from tests.chassis.test_hub import BOARD, LOT
from wire import PlaceId


@pytest.fixture
def hub() -> BoardHub:
    made = BoardHub()
    made.put(BOARD)
    made.put(replace(BOARD, lot=PlaceId("车库 & co")))
    return made


@pytest.fixture
def client(hub: BoardHub) -> TestClient:
    return TestClient(Starlette(routes=screen_routes(hub)), follow_redirects=False)


def test_the_page_comes_with_headers_that_let_it_start_without_a_server(client: TestClient) -> None:
    page = client.get("/screens/lobby/?lot=lot-1")
    assert page.status_code == 200
    assert page.headers["cache-control"] == "max-age=604800"
    assert "connect-src 'self'" in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"


def test_files_that_are_not_there_are_not_kept(client: TestClient) -> None:
    missing = client.get("/screens/lobby/nothing.js")
    assert missing.status_code == 404
    assert "cache-control" not in missing.headers


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("/screens/lot-1", "lobby/?lot=lot-1"),
        ("/screens/lot-1?lang=en&lot=other", "lobby/?lang=en&lot=lot-1"),
        ("/screens/%E8%BD%A6%E5%BA%93%20&%20co", "lobby/?lot=%E8%BD%A6%E5%BA%93+%26+co"),
        ("/screens/lobby?lot=lot-1", "lobby/?lot=lot-1"),
    ],
)
def test_short_addresses_lead_to_the_page(client: TestClient, address: str, target: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.headers["location"]) == (307, target)


@pytest.mark.parametrize(
    "address",
    ["/screens/elsewhere", "/screens/..", "/v1/screens/elsewhere/state", "/v1/screens/elsewhere/stream"],
)
def test_an_unknown_lot_is_told_with_the_known_ones(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert "/screens/.." in address or "known: lot-1" in answer.json()["detail"]


def test_state_and_lots(client: TestClient) -> None:
    state = client.get("/v1/screens/lot-1/state")
    assert (state.json()["seq"], state.headers["cache-control"]) == (1, "no-store")
    assert client.get("/v1/screens").json() == {"lots": ["lot-1", "车库 & co"]}


def test_too_many_screens_are_sent_away_for_a_while(client: TestClient, hub: BoardHub) -> None:
    hub.watching = 256
    answer = client.get("/v1/screens/lot-1/stream")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")


def test_a_beacon_is_noted(client: TestClient, hub: BoardHub) -> None:
    sent = {"screen": "door", "seq": 7, "life": "a", "show": "stale"}
    assert client.post("/v1/screens/lot-1/beacon", json=sent).status_code == 204
    noted = hub.rendered[LOT, "door"]
    assert (noted.life, noted.seq, noted.show, noted.at_ms > 0) == ("a", 7, "stale", True)


@pytest.mark.parametrize(
    ("address", "sent", "status"),
    [
        ("/v1/screens/lot-1/beacon", b"", 400),
        ("/v1/screens/lot-1/beacon", b'{"screen": "door"}', 400),
        ("/v1/screens/lot-1/beacon", b'{"screen": "door", "seq": "7"}', 400),
        ("/v1/screens/lot-1/beacon", b" " * 1025, 413),
        ("/v1/screens/elsewhere/beacon", b'{"screen": "door", "seq": 7}', 404),
    ],
)
def test_a_beacon_that_makes_no_sense_is_refused(
    client: TestClient, hub: BoardHub, address: str, sent: bytes, status: int
) -> None:
    answer = client.post(address, content=sent)
    assert answer.status_code == status
    assert answer.json()["status"] == status
    assert not hub.rendered


def test_a_page_has_another_version_when_a_file_changes(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("1")
    first = page_version(tmp_path)
    assert page_version(tmp_path) == first
    (tmp_path / "a.js").write_text("2")
    second = page_version(tmp_path)
    (tmp_path / "a.js").rename(tmp_path / "b.js")
    assert len({first, second, page_version(tmp_path)}) == 3
