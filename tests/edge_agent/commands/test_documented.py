"""docs/gateway.md: its three files, as they stand there, make a gateway that `lilong agent check` is content with."""

import re
from pathlib import Path

import msgspec
import pytest

from edge_agent.commands import main
from edge_agent.rules import TagRuleSettings

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "gateway.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^`(\w+\.toml)`,[^\n]*\n```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


METERS = re.search(r"^`agent\.toml` then names it[^\n]*\n```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def write_files(folder: Path) -> None:
    """Write the page's files, with its folders replaced by this one, and the secret that they name."""
    for name, text in FILES.items():
        ours = re.sub("/(etc|var/lib)/lilong/", f"{folder}/", text)
        (folder / name).write_text(ours, encoding="utf-8")
    (folder / "uplink.password").write_text("secret", encoding="utf-8")


def test_the_files_are_good_word_for_word(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sorted(FILES) == ["agent.toml", "enrolment.toml", "site.toml"]
    write_files(tmp_path)
    assert main(["check", "--config", str(tmp_path / "agent.toml"), "--json"]) == 0
    found = msgspec.json.decode(capsys.readouterr().out)
    assert found["sources"], "a gateway that hears nothing"
    assert found["bays"] == found["bays_with_sensor"] == 2
    assert found["outbox"] == f"{tmp_path}/outbox.db"


def test_meters_that_encrypt_are_added_word_for_word(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert METERS is not None
    write_files(tmp_path)
    with (tmp_path / "agent.toml").open("a", encoding="utf-8") as file:
        file.write(METERS[1])
    keys = tmp_path / "keys.toml"
    keys.write_text('"12345678" = "000102030405060708090a0b0c0d0e0f"\n', encoding="utf-8")
    keys.chmod(0o600)
    assert main(["check", "--config", str(tmp_path / "agent.toml"), "--json"]) == 0
    found = msgspec.json.decode(capsys.readouterr().out)
    assert (found["keys"], "meters" in found["sources"][1]) == (1, True)


def test_tags_and_their_rule_are_good_word_for_word(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_files(tmp_path)
    for name, marker in (("site.toml", "[[tags]]"), ("agent.toml", "[rules.tags]")):
        (block,) = re.findall(rf"^```toml\n({re.escape(marker)}\n.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
        with (tmp_path / name).open("a", encoding="utf-8") as file:
            file.write("\n" + block)
        if marker == "[rules.tags]":
            shown = msgspec.toml.decode(block)["rules"]["tags"]
            assert msgspec.convert(shown, TagRuleSettings) == TagRuleSettings(), "the page shows the defaults"
    assert main(["check", "--config", str(tmp_path / "agent.toml"), "--json"]) == 0
    assert msgspec.json.decode(capsys.readouterr().out)["tags"] == 1
