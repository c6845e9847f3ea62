"""A cursor opens only whole, only for its own question, only where it was sealed."""

import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from cloud_ingest.api.cursors import CursorError, CursorSeal, question_of

FORM = re.compile(r"[A-Za-z0-9_-]{8,128}")
names = st.text(max_size=64).filter(lambda name: len(name.encode()) <= 64)
keys = st.tuples(st.integers(-(2**62), 2**62), names)


@given(key=keys, question=st.text())
def test_what_was_sealed_opens_and_has_the_published_form(key: tuple[int, str], question: str) -> None:
    seal = CursorSeal()
    cursor = seal.seal(key, question)
    assert FORM.fullmatch(cursor)
    assert seal.open(cursor, question, tuple[int, str]) == key


@given(key=keys, data=st.data())
def test_a_changed_cursor_does_not_open(key: tuple[int, str], data: st.DataObject) -> None:
    seal = CursorSeal(b"secret")
    cursor = seal.seal(key, "question")
    at = data.draw(st.integers(0, len(cursor) - 1))
    other = data.draw(st.sampled_from("ABCxyz019_-").filter(lambda letter: letter != cursor[at]))
    with pytest.raises(CursorError):
        seal.open(cursor[:at] + other + cursor[at + 1 :], "question", tuple[int, str])


@given(text=st.from_regex(FORM, fullmatch=True))
def test_an_invented_cursor_does_not_open(text: str) -> None:
    with pytest.raises(CursorError):
        CursorSeal(b"secret").open(text, "question", tuple[int, str])


def test_a_cursor_belongs_to_its_question_its_server_and_its_shape() -> None:
    seal = CursorSeal(b"secret")
    cursor = seal.seal((1, "a"), "question")
    assert CursorSeal(b"secret").open(cursor, "question", tuple[int, str]) == (1, "a")
    with pytest.raises(CursorError, match="for this question"):
        seal.open(cursor, "another", tuple[int, str])
    with pytest.raises(CursorError, match="by this server"):
        CursorSeal(b"another").open(cursor, "question", tuple[int, str])
    with pytest.raises(CursorError, match="by this server"):
        CursorSeal().open(cursor, "question", tuple[int, str])
    with pytest.raises(CursorError, match="another version"):
        seal.open(cursor, "question", tuple[int])


def test_a_question_is_its_path_and_parameters_without_the_page() -> None:
    one = question_of("/v1/areas", [("parent", "g1"), ("level", "grid"), ("limit", "5"), ("cursor", "x")])
    assert one == question_of("/v1/areas", [("level", "grid"), ("parent", "g1"), ("limit", "9")])
    assert one != question_of("/v1/areas", [("level", "grid"), ("parent", "g2")])
    assert one != question_of("/v1/gaps", [("level", "grid"), ("parent", "g1")])


def test_the_limit_may_change_between_pages_and_nothing_else(client: TestClient) -> None:
    cursor = client.get("/v1/areas?limit=2").json()["next"]
    assert client.get(f"/v1/areas?limit=5&cursor={cursor}").status_code == 200
    for swapped in (f"/v1/areas?level=grid&cursor={cursor}", f"/v1/parking/lots?cursor={cursor}"):
        answer = client.get(swapped)
        assert answer.status_code == 400
        (fault,) = answer.json()["parameters"]
        assert fault["parameter"] == "cursor"
        assert "start again" in fault["expected"]


@pytest.mark.parametrize("spoilt", ["+", "/", "=", " ", "é", "\n"])
def test_a_cursor_with_other_letters_is_refused(client: TestClient, spoilt: str) -> None:
    cursor = client.get("/v1/areas?limit=2").json()["next"]
    assert client.get(f"/v1/areas?cursor={cursor}{quote(spoilt)}").status_code == 400
