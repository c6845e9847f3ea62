"""`lilong cloud VERB` does what it says, in both languages, and its exit code tells what came of it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cloud_ingest.commands import main
from demo.engines import Broker
from tests.brokers import free_port
from tests.cloud_ingest.engine import query, scalar
from tests.cloud_ingest.test_config import write_site

ROOT = Path(__file__).resolve().parents[3]
Write = Callable[[str], list[str]]


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a cloud.toml and return the words that name it."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("LILONG_LANG", "en")

    def write(text: str) -> list[str]:
        file = tmp_path / "cloud.toml"
        file.write_text(text, encoding="utf-8")
        return ["--config", str(file)]

    return write


@pytest.fixture
def broker() -> Iterator[Broker]:
    with Broker() as started:
        yield started


def test_check_says_what_is_good(
    database_url: str, config: Write, broker: Broker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_site(tmp_path, "a.toml", site="a")
    words = config(f"sites = ['a.toml']\n[database]\nurl = '{database_url}'\n[mqtt]\nport = {broker.port}")
    assert main(["check", *words, "--json"]) == 0
    found = {finding["what"]: finding for finding in json.loads(capsys.readouterr().out)}
    assert found["database"]["text"] == "PostgreSQL 18, schema 1"
    assert found["site a"]["text"] == "1 lots, 1 bays, gateway gw-a"
    assert all(finding["good"] for finding in found.values())


def test_check_says_what_is_wrong_and_what_to_do(
    config: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"postgresql://postgres@/x?host={tmp_path}"
    words = config(f"[database]\nurl = '{url}'\n[mqtt]\nport = {free_port()}")
    assert main(["check", *words]) == 1
    printed = capsys.readouterr().out
    assert "WRONG  database: PostgreSQL cannot be reached" in printed
    assert "is DATABASE_URL or [database] url right?" in printed
    assert "WRONG  broker: 127.0.0.1" in printed
    monkeypatch.setenv("LILONG_LANG", "zh_CN.UTF-8")
    assert main(["check", *words]) == 1
    assert "有误  database" in capsys.readouterr().out


def test_check_knows_a_database_that_is_older_or_newer(
    database_url: str, empty_url: str, config: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    off = "[ingest]\nenabled = false\n[database]\n"
    assert main(["check", *config(f"{off}url = '{empty_url}'")]) == 0
    assert "version 0" in capsys.readouterr().out
    assert main(["check", *config(f"{off}migrate = false\nurl = '{empty_url}'")]) == 1
    query(database_url, "INSERT INTO migration (number, name) VALUES (9999, 'future')")
    assert main(["check", *config(f"{off}url = '{database_url}'")]) == 1
    assert "newer than this program knows" in capsys.readouterr().out
    assert main(["run", *config(f"{off}url = '{database_url}'\n[http]\nport = {free_port()}")]) == 1
    assert "install the newer lilong" in capsys.readouterr().err


def test_migrate_brings_the_schema_up_to_date_once(
    empty_url: str, config: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    words = config(f"[database]\nurl = '{empty_url}'")
    assert main(["status", *words]) == 1
    assert "lilong cloud migrate" in capsys.readouterr().err
    assert main(["migrate", *words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"applied": ["0001 begin"], "schema": 1}
    assert main(["migrate", *words]) == 0
    assert "The schema is version 1; 0 steps applied." in capsys.readouterr().out


def test_site_loads_a_plan(
    database_url: str, config: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = config(f"[database]\nurl = '{database_url}'")
    write_site(tmp_path, "a.toml", site="a")
    write_site(tmp_path, "b.toml", site="b", bay="a")
    assert main(["site", *words, "--json", str(tmp_path / "a.toml")]) == 0
    assert json.loads(capsys.readouterr().out) == {"site": "a", "lots": 1, "bays": 1, "gateway": "gw-a"}
    assert main(["site", *words, str(tmp_path / "b.toml")]) == 1
    assert "bay 'bay-a' belongs to site 'a' already" in capsys.readouterr().err
    assert main(["site", *words, str(tmp_path / "none.toml")]) == 3
    assert query(database_url, "SELECT id FROM bay") == [("bay-a",)]


def test_a_plan_with_tags_on_its_meters_loads(
    database_url: str, config: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = config(f"[database]\nurl = '{database_url}'")
    write_site(tmp_path, "a.toml", site="a")
    with (tmp_path / "a.toml").open("a", encoding="utf-8") as file:
        file.write(
            '\n[[tags]]\nid = "3476451FD40000000000162E"\nkind = "seal"\nmeter = "m-7"\n'
            'dwelling = "3-1-502"\nreaders = ["rfid-lobby"]\n'
        )
    assert main(["site", *words, "--json", str(tmp_path / "a.toml")]) == 0
    assert json.loads(capsys.readouterr().out)["site"] == "a"


def test_status_tells_how_the_cloud_stands(
    database_url: str, config: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    words = config(f"[database]\nurl = '{database_url}'")
    query(
        database_url,
        "INSERT INTO gateway (name, heard_at) VALUES ('a', now()), ('b', now() - interval '1 h')",
    )
    assert main(["status", *words, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["gateways"], found["gateways_heard"], found["workers"], found["unserved"]) == (2, 1, 0, 64)
    assert main(["status", *words]) == 1
    assert "0 ingest workers, 64 shards without one" in capsys.readouterr().out


def test_a_wrong_configuration_is_exit_3_and_wrong_usage_2(
    database_url: str, config: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", *config("[ingset]")]) == 3
    assert "unknown key 'ingset'" in capsys.readouterr().err
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        words = config(
            f"[database]\nurl = '{database_url}'\n[http]\nport = {port}\n[ingest]\nenabled = false"
        )
        assert main(["run", *words]) == 3
    assert f"127.0.0.1:{port}" in capsys.readouterr().err
    with pytest.raises(SystemExit) as usage:
        main(["fly"])
    assert usage.value.code == 2


def test_run_ends_in_order_when_told(
    database_url: str, config: Write, broker: Broker, tmp_path: Path
) -> None:
    write_site(tmp_path, "a.toml", site="a")
    words = config(
        f"sites = ['a.toml']\n[mqtt]\nport = {broker.port}\n[http]\nport = {free_port()}\n"
        f"[database]\nurl = '{database_url}'"
    )
    command = [sys.executable, "-m", "lilong", "cloud", "run", *words]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, cwd=ROOT) as running:
        deadline = time.monotonic() + 30
        while main(["status", *words, "--json"]) != 0:
            assert time.monotonic() < deadline
            assert running.poll() is None
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 0
    assert scalar(database_url, "SELECT community FROM gateway") == "c-a"
