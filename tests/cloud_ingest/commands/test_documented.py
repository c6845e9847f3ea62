"""docs/cloud.md: its file and its commands work as they stand there, against an engine of ours."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from cloud_ingest.commands import main
from demo.engines import Broker
from tests.cloud_ingest.engine import query
from tests.cloud_ingest.test_config import write_site

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "cloud.md").read_text(encoding="utf-8")


@pytest.fixture
def broker() -> Iterator[Broker]:
    with Broker() as started:
        yield started


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def commands() -> list[list[str]]:
    """The words after `lilong cloud` of every command that is shown and ends by itself."""
    lines = [
        line for block in blocks("sh") for line in block.splitlines() if line.startswith("lilong cloud ")
    ]
    every = [shlex.split(line, comments=True)[2:] for line in lines]
    assert ["run", "--config", "cloud.toml"] in every
    return [words for words in every if words[0] != "run"]


def write_file(folder: Path, broker: Broker) -> None:
    """The page's cloud.toml, with the broker's address and trust replaced by ours."""
    (text,) = blocks("toml")
    for shown, ours in (
        ('host = "broker.example"\nport = 8883', f"port = {broker.port}"),
        ('ca_file = "/etc/ssl/certs/ca-certificates.crt"\n', ""),
    ):
        assert shown in text
        text = text.replace(shown, ours)
    (folder / "cloud.toml").write_text(text, encoding="utf-8")
    for secret in ("db.password", "mqtt.password"):
        (folder / secret).write_text("secret", encoding="utf-8")
    (folder / "sites").mkdir()
    write_site(folder / "sites", "hexi.toml", site="hexi")


def test_the_file_and_the_commands_work_in_their_order(
    tmp_path: Path, empty_url: str, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_file(tmp_path, broker)
    monkeypatch.setenv("DATABASE_URL", empty_url)
    monkeypatch.chdir(tmp_path)
    came = [(words[0], main(words)) for words in commands()]
    # Nobody has started `run`: `status` says so.
    assert came == [("check", 0), ("migrate", 0), ("site", 0), ("status", 1)]
    assert query(empty_url, "SELECT id FROM bay") == [("bay-hexi",)]
