"""Rows of vendors' codecs: the vendor's own JavaScript is run, and its whole answer is compared."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from device_profiles.conformance import Setting, SkippedError, run_vectors
from device_profiles.conformance.forms import lorawan
from device_profiles.javascript import Runner
from tests.shared import shared

CODEC = """
function decodeUplink(input) {
  if (input.fPort === 9) return { errors: ["unknown port"] };
  return { data: { sum: input.bytes[0] + input.bytes[1], port: input.fPort }, extra: 1 };
}
function encodeDownlink(input) { return { bytes: [input.data.on ? 1 : 0], fPort: 3 }; }
function decodeDownlink(input) { return { data: { on: input.bytes[0] === 1 }, warnings: [] }; }
"""


@pytest.fixture(autouse=True)
def runner(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    made = Runner(patience_s=30.0)
    monkeypatch.setattr(lorawan, "patient_runner", lambda: made)
    yield
    made.close()


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    (tmp_path / "codecs/acme-1/vendor/acme").mkdir(parents=True)
    (tmp_path / "codecs/acme-1/vendor/acme/a.js").write_text(CODEC, encoding="utf-8")
    return Setting(codecs=tmp_path)


def row(kind: str = "decodeUplink", **more: Any) -> dict[str, Any]:
    made = {"id": "x", "kind": kind, "codec_path": "codecs/acme-1/vendor/acme/a.js", "input": None}
    return {**made, "bytes": "0102", "fPort": 5, "vendor_codec_agrees": "exact", **more}


def agrees(given: dict[str, Any], setting: Setting) -> bool:
    assert lorawan.fits(given)
    vector = lorawan.vector(given, setting)
    return vector.compare(vector.decode()) is None


@pytest.mark.parametrize(
    ("given", "right"),
    [
        (row(expected={"data": {"sum": 3, "port": 5}}), True),
        (row(expected={"data": {"sum": 3.0, "port": 5}, "errors": [], "warnings": []}), True),
        (row(expected={"data": {"sum": 4, "port": 5}}), False),
        (row(expected={"data": {"sum": 3}}), False),
        (row(expected={"data": {"sum": 3, "port": 5, "more": None}}), False),
        (row(expected={"data": {"sum": 3, "port": 5, "more": None}}, vendor_codec_agrees="lenient"), True),
        (row(expected={"data": {"sum": 3, "port": 5}, "warnings": ["low"]}), False),
        (row(expected={"data": {"sum": 3, "port": 5}, "extra": 1}), True),
        (row(expected={"data": {"sum": 3, "port": 5}, "extra": 2}), False),
        (row(expected={"data": {"sum": 3}}, fPort=None), True),
        (row(expected={"errors": ["unknown port"]}, fPort=9), True),
        (row(expected={"errors": ["another"]}, fPort=9), False),
        (row(expected={"data": {}}, fPort=9), False),
        (row("encodeDownlink", input={"data": {"on": True}}, expected={"bytes": [1], "fPort": 3}), True),
        (row("encodeDownlink", input={"data": {"on": True}}, expected={"bytes": [1]}), False),
        (row("encodeDownlink", input={"data": {"on": True}}, expected={"bytes": [True], "fPort": 3}), False),
        (row("decodeDownlink", bytes="01", expected={"data": {"on": True}}), True),
        (row("decodeDownlink", bytes="01", expected={"data": {"on": 1}}), False),
    ],
)
def test_a_row_is_compared_whole(setting: Setting, given: dict[str, Any], right: bool) -> None:
    assert agrees(given, setting) is right


def test_the_folder_of_codecs_may_be_given_in_two_ways(setting: Setting) -> None:
    assert setting.codecs is not None
    inner = Setting(codecs=setting.codecs / "codecs")
    assert agrees(row(expected={"data": {"sum": 3, "port": 5}}), inner)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("codecs/acme-1/vendor/acme/b.js", "not in the folder"),
        ("codecs/../../etc/passwd", "leads out"),
        ("/etc/passwd", "leads out"),
    ],
)
def test_a_codec_that_is_not_there_is_skipped(setting: Setting, path: str, says: str) -> None:
    with pytest.raises(SkippedError, match=says):
        lorawan.vector(row(codec_path=path, expected={}), setting)
    with pytest.raises(SkippedError, match="needs --codecs DIR"):
        lorawan.vector(row(expected={}), Setting())


def test_other_rows_are_left_to_others() -> None:
    assert not lorawan.fits({"kind": "decodeUplink"})
    assert not lorawan.fits({"kind": "telegram", "codec_path": "a.js"})


def test_the_published_examples_agree() -> None:
    vectors = shared("corpus/lorawan_examples.jsonl")
    codecs = os.environ.get("LILONG_CODECS")
    if codecs is None:
        pytest.skip("no checkout of the vendors' codecs; set LILONG_CODECS to have them")
    count = run_vectors(vectors, Setting(codecs=Path(codecs)))
    assert [(one.id, one.expected, one.came) for one in count.went_wrong] == []
    assert (count.crashed, count.skipped) == (0, 0)
    assert count.agreed == count.rows > 0
