"""Does a vector file's count say what happened to each of its rows?"""

import json
from pathlib import Path

import pytest

from device_profiles import DecodeError, ProfileError
from device_profiles.conformance import Mismatch, Setting, SkippedError, Vector, run, run_vectors
from device_profiles.conformance.compare import differing, same
from device_profiles.conformance.vector import Row


class _Doubling:
    """A form whose rows say what becomes of them; a valid byte is doubled."""

    def fits(self, row: Row, /) -> bool:
        return "byte" in row

    def vector(self, row: Row, setting: Setting, /) -> Vector:
        if row.get("skip"):
            raise SkippedError("asked for")

        def decode() -> int:
            if row["byte"] > 255:
                raise DecodeError(f"expected a byte, got {row['byte']}")
            return int(row["byte"]) * 2

        def compare(came: int) -> Mismatch | None:
            return None if came == row["double"] else Mismatch(expected=row["double"], came=came)

        return Vector(decode=decode, compare=compare, invalid=row.get("valid") is False)


def _file(folder: Path, rows: list[object]) -> Path:
    path = folder / "vectors.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n\n", encoding="utf-8")
    return path


def test_each_fate_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_forms", lambda: [_Doubling()])
    rows: list[object] = [
        {"id": "right", "byte": 2, "double": 4},
        {"id": "refused", "byte": 256, "valid": False},
        {"id": "wrong", "byte": 2, "double": 5},
        {"id": "should be refused", "byte": 2, "valid": False},
        {"id": "should be decoded", "byte": 256, "double": 512},
        {"id": "crashes", "byte": 2},
        {"id": "left out", "byte": 2, "skip": True},
        {"id": "of no shape"},
    ]
    count = run_vectors(_file(tmp_path, rows), Setting())
    found = (count.rows, count.agreed, count.refused, count.wrong, count.crashed, count.skipped)
    assert found == (8, 1, 1, 3, 1, 2)
    assert [row.id for row in count.went_wrong] == [
        "wrong",
        "should be refused",
        "should be decoded",
        "crashes",
    ]
    assert (count.went_wrong[0].expected, count.went_wrong[0].came) == (5, 4)
    assert count.skipped_because == {"asked for": 1, "no decoder knows rows of this shape": 1}
    assert count.us_per_decode > 0


@pytest.mark.parametrize(("text", "words"), [("{", "line 1: expected a JSON object"), ("[]", "got list")])
def test_a_file_of_something_else(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "vectors.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError, match=words):
        run_vectors(path, Setting())


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"none\.jsonl"):
        run_vectors(tmp_path / "none.jsonl", Setting())


def test_expected_keys_decide() -> None:
    assert differing({"a": 1, "b": [1, {"c": 2.0}]}, {"a": 1.0, "b": [1, {"c": 2}], "more": 3}) is None
    assert differing({"a": 1, "b": 2}, {"a": 3}) == Mismatch(
        expected={"a": 1, "b": 2}, came={"a": 3, "b": "nothing"}
    )


@pytest.mark.parametrize(
    ("expected", "came", "equal"),
    [
        (0.1 + 0.2, 0.3, True),
        (1, True, False),
        (False, 0, False),
        ("1", 1, False),
        ([1], [1, 2], False),
        ({"a": None}, {}, False),
        (None, None, True),
    ],
)
def test_what_counts_as_the_same(expected: object, came: object, equal: bool) -> None:
    assert same(expected, came) is equal
