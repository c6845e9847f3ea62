"""Does the run judge SenML rows by what they state: records, resolved values and times, refusals?"""

import json
from pathlib import Path

import pytest

from device_profiles.conformance import Count, Setting, run_vectors
from tests.shared import shared

_PACK = [{"n": "a", "u": "Cel", "v": 1, "t": -5}, {"n": "b", "vd": "3q2-7w"}]
_MEANT = [{"n": "a", "u": "Cel", "v": 1, "t": 1_699_999_995}, {"n": "b", "vd": "3q2-7w", "t": 1_700_000_000}]


def _count(folder: Path, **row: object) -> Count:
    path = folder / "rows.jsonl"
    path.write_text(json.dumps({"id": "one", "format": "senml+json", **row}), encoding="utf-8")
    return run_vectors(path, Setting())


def test_a_row_agrees_where_its_times_agree_with_one_moment(tmp_path: Path) -> None:
    raw = json.dumps(_PACK)
    assert _count(tmp_path, raw=raw, input=_PACK, expected_resolved=_MEANT).agreed == 1
    assert _count(tmp_path, raw=raw, expected_resolved=_MEANT, now=1_700_000_000).agreed == 1
    assert _count(tmp_path, raw=raw, expected_resolved=None).agreed == 1


@pytest.mark.parametrize(
    ("record", "change"),
    [
        (0, {"t": 1_699_999_996}),
        (0, {"v": 2}),
        (0, {"v": True}),
        (0, {"u": "K"}),
        (0, {"n": "c"}),
        (1, {"vd": "3q2-7g"}),
        (1, {"s": 1}),
        (1, {"ut": 5}),
    ],
)
def test_a_fact_that_differs_is_wrong(tmp_path: Path, record: int, change: dict[str, object]) -> None:
    meant = [{**one, **(change if number == record else {})} for number, one in enumerate(_MEANT)]
    count = _count(tmp_path, raw=json.dumps(_PACK), expected_resolved=meant)
    assert (count.wrong, count.agreed) == (1, 0)


def test_a_moment_that_the_row_names_decides(tmp_path: Path) -> None:
    count = _count(tmp_path, raw=json.dumps(_PACK), expected_resolved=_MEANT, now=1_700_000_001)
    assert count.wrong == 1


def test_missing_records_are_wrong_and_invalid_rows_must_be_refused(tmp_path: Path) -> None:
    assert _count(tmp_path, raw=json.dumps(_PACK), expected_resolved=_MEANT[:1]).wrong == 1
    assert _count(tmp_path, raw="[]", expected_pack=_PACK).wrong == 1
    assert _count(tmp_path, raw="[]", must_reject=True).wrong == 1
    assert _count(tmp_path, raw="[{}]", must_reject=True).refused == 1
    assert _count(tmp_path, raw="[{}]", must_reject=False).wrong == 1


def test_a_version_and_fields_of_others_are_compared_in_the_pack(tmp_path: Path) -> None:
    """As the RFC's third and eighth example do: version 5, and a field that the RFC does not define."""
    pack = [{"n": "a", "bver": 5, "bt": 1_700_000_000, "v": 1, "l": "x"}, {"n": "b", "v": 2}]
    meant = [{"n": "a", "t": 1_700_000_000, "v": 1, "l": "x"}, {"n": "b", "t": 1_700_000_000, "v": 2}]
    raw = json.dumps(pack)
    assert _count(tmp_path, raw=raw, input=pack, expected_resolved=meant).agreed == 1
    with_version = [{**record, "bver": 5} for record in meant]
    assert _count(tmp_path, raw=raw, input=pack, expected_resolved=with_version).agreed == 1
    for label, other in (("l", "y"), ("bver", 6), ("v", 3)):
        wrong = [{**with_version[0], label: other}, with_version[1]]
        assert _count(tmp_path, raw=raw, input=pack, expected_resolved=wrong).wrong == 1


def test_records_that_a_row_does_not_resolve_are_not_judged(tmp_path: Path) -> None:
    """As for the RFC's seventh example: its pack has four records, what it resolves to was published with three."""
    pack = [{"n": "a", "v": 1}, {"n": "b", "vb": False}, {"n": "c", "vd": "aGkgCg"}]
    meant = [{"n": "a", "t": 1_700_000_000, "v": 1}, {"n": "b", "t": 1_700_000_000, "vb": False}]
    raw = json.dumps(pack)
    assert _count(tmp_path, raw=raw, input=pack, expected_resolved=meant).agreed == 1
    assert _count(tmp_path, raw=raw, expected_resolved=meant).wrong == 1
    wrong = [meant[0], {**meant[1], "vb": True}]
    assert _count(tmp_path, raw=raw, input=pack, expected_resolved=wrong).wrong == 1
    other = [meant[0], {**meant[1], "n": "d"}]
    assert _count(tmp_path, raw=raw, input=pack, expected_resolved=other).wrong == 1


def test_the_corpus(tmp_path: Path) -> None:
    count = run_vectors(shared("corpus/senml_vectors.jsonl"), Setting())
    assert count.agreed + count.refused == count.rows
