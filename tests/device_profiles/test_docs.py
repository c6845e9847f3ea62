"""docs/profiles.md shows what is so: its files load, its commands answer as printed, and no key is missing."""

import re
from pathlib import Path

import pytest
from msgspec import Struct

from device_profiles.commands import main
from device_profiles.declared import checksums, document
from device_profiles.javascript import Runner
from device_profiles.quality import RULES
from device_profiles.shelf import load_shelf
from tests.device_profiles.made import reading

_TEXT = (Path(__file__).parents[2] / "docs" / "profiles.md").read_text(encoding="utf-8")
_FILES = re.findall(r"```(?:toml|python|js)\n(?:#|//) (\S+)\n(.*?)```", _TEXT, re.DOTALL)
_CONSOLES = re.findall(r"```console\n(.*?)```", _TEXT, re.DOTALL)


def _write(folder: Path, *names: str) -> None:
    for name, text in _FILES:
        if not names or name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")


def _run(console: str, capsys: pytest.CaptureFixture[str]) -> None:
    for command in re.split(r"^\$ lilong profile ", console, flags=re.MULTILINE)[1:]:
        line, _, expected = command.partition("\n")
        assert main(line.split()) == 0
        assert capsys.readouterr().out == expected


def test_the_example_works_step_by_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LILONG_LANG", "en")
    monkeypatch.chdir(tmp_path)
    first, second = _CONSOLES
    _write(tmp_path, "parking_acme_p1/profile.toml")
    _run(first, capsys)
    _write(tmp_path)
    _run(second, capsys)


def test_the_codec_by_hand_works(tmp_path: Path) -> None:
    _write(tmp_path)
    decode = load_shelf([tmp_path]).profile("parking_acme_p2").decode
    assert decode(reading(b"\x07"))[0].value == 1


def test_the_vendors_codec_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = Runner(patience_s=30.0)
    monkeypatch.setattr("device_profiles.folder.shared_runner", lambda: runner)
    _write(tmp_path, "climate_acme_c1/profile.toml", "climate_acme_c1/codec.js")
    assert main(["check", str(tmp_path / "climate_acme_c1")]) == 0
    decode = load_shelf([tmp_path]).profile("climate_acme_c1").decode
    assert [row.value for row in decode(reading(bytes.fromhex("00d7ff0007"), 85))] == [21.5, 2.55, 0]
    runner.close()


@pytest.mark.parametrize(
    "table",
    [
        document.Document,
        document.Frame,
        document.Field,
        document.Repeat,
        document.Tlv,
        document.Tag,
        document.Check,
        document.SenmlNames,
        document.Registers,
        document.RegisterBlock,
        document.Register,
        document.Javascript,
        document.JavascriptField,
        document.Named,
        document.Trial,
        document.Row,
    ],
)
def test_every_key_is_explained(table: type[Struct]) -> None:
    missing = [name for name in table.__struct_fields__ if not re.search(rf"`\[*(\w+\.)*{name}\b", _TEXT)]
    assert [name for name in missing if f"{name} = " not in _TEXT] == []


def test_every_word_is_explained() -> None:
    words = [*document.Kind, *checksums.CHECKSUMS, *(rule for rules in RULES.values() for rule in rules)]
    assert [word for word in words if f"`{word}`" not in _TEXT] == []
    for rules in RULES.values():
        assert all(f"| {rule.en} |" in _TEXT for rule in rules.values())
