"""docs/new-device.md is true: its commands, run in order with its files, answer as printed."""

import re
import shlex
from pathlib import Path

import pytest

from device_profiles.commands import main

_TEXT = (Path(__file__).parents[2] / "docs" / "new-device.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
_FAILS = "--recording"
"""The page says that this command's exit code is 1."""


def test_the_page_works_step_by_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LILONG_LANG", "en")
    monkeypatch.chdir(tmp_path)
    ran = 0
    for kind, text in _BLOCK.findall(_TEXT):
        if kind == "json":
            (tmp_path / "heard.jsonl").write_text(text, encoding="utf-8")
        elif kind == "toml":
            _write_or_compare(tmp_path, text)
        elif kind == "console":
            ran += 1
            line, _, expected = text.partition("\n")
            words = shlex.split(line.removeprefix("$ lilong profile "))
            assert main(words) == (1 if _FAILS in words else 0), line
            assert capsys.readouterr().out == expected
    assert ran == 5


def _write_or_compare(folder: Path, text: str) -> None:
    name, _, body = text.partition("\n")
    path = folder / name.removeprefix("# ")
    if "golden" in path.parts:
        assert path.read_text(encoding="utf-8") == body  # what the command wrote is what the page shows
    else:
        path.write_text(body, encoding="utf-8")


def test_a_key_that_stands_already_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["new", "leak_acme_w1", "01", "--source", "bench", "--lang", "en"]
    assert main(words) == 0
    assert main(words) == 1
    assert "is there already" in capsys.readouterr().err
    assert main(["new", "leak_acme_w2", "zz", "--source", "bench"]) == 2
    assert main(["new", "漏水_某", "01", "--source", "bench"]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["leak_acme_w1"]


def test_nothing_of_a_private_device_is_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", "care_acme_t1", "01", "--source", "bench"]) == 0
    path = tmp_path / "care_acme_t1" / "profile.toml"
    path.write_text("private = true\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "heard.jsonl").write_text('{"received_ms":1,"device":"t1","hex":"01"}\n', encoding="utf-8")
    words = ["record", "care_acme_t1", "heard.jsonl", "--device", "t1", "--source", "bench"]
    assert main(words) == 3
    assert "private" in capsys.readouterr().err
    assert list((tmp_path / "care_acme_t1" / "golden").iterdir()) == []


def test_a_device_that_was_not_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", "leak_acme_w1", "01", "--source", "bench"]) == 0
    (tmp_path / "heard.jsonl").write_text("", encoding="utf-8")
    words = ["record", "leak_acme_w1", "heard.jsonl", "--device", "t1", "--source", "bench"]
    assert main(words) == 1
    assert main(["test", "leak_acme_w1", "--recording", "heard.jsonl", "--device", "t1"]) == 1
