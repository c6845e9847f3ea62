"""`lilong demo` from outside, as anybody runs it."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[2]


def demo(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lilong", "demo", *words],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
        cwd=ROOT,
        env=os.environ | {"LILONG_LANG": "en"} | environment,
    )


def test_an_unattended_run_counts_itself_and_leaves_nothing_behind(tmp_path: Path) -> None:
    said = demo("--seconds", "4", "--bays", "30", "--json", TMPDIR=str(tmp_path))
    assert said.returncode == 0, said.stderr
    report = json.loads(said.stdout)
    assert report["lost"] == report["duplicated"] == 0
    assert 0 < report["sent"] == report["committed"] == report["acknowledged"]
    for name in ("sensor_to_board_ms", "sensor_to_cloud_ms"):
        assert 0 < report[name]["p50"] <= report[name]["p99"]
    assert report["agent"]["rss_mb"] > 0
    assert report["agent"]["cpu_us_per_observation"] > 0
    assert report["lwm2m"]["promised"] > 0
    assert report["lwm2m"]["lost"] == report["lwm2m"]["duplicated"] == 0
    assert report["held_back"] > 0, "the level underground did not lose its link"
    seals = report["seals"]
    assert seals["left"] == seals["returned"] == seals["raised"] == seals["cleared"] >= 1
    assert seals["sightings"] == seals["kept"] + seals["folded"] + seals["strange"]
    assert seals["strange"] > seals["strangers_stored"] == 0
    assert seals["folded"] > seals["kept"] > 0
    wired = report["wired"]
    assert wired["meters"] == 200
    assert 0 < wired["committed"] == wired["heard"] <= wired["answered"]
    assert wired["lost"] == wired["duplicated"] == wired["invented"] == 0
    assert "/screens/ginkgo-garage" in said.stderr
    assert list(tmp_path.iterdir()) == []
    assert [line for line in command_lines() if str(tmp_path) in line] == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda one: one.name)
def test_told_to_end_it_counts_and_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "lilong", "demo", "--bays", "6"]
    environment = os.environ | {"LILONG_LANG": "en", "TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment) as playing:
        assert playing.stdout is not None
        assert "/screens/ginkgo-garage" in playing.stdout.readline()
        playing.send_signal(number)
        said = playing.stdout.read()
        playing.wait(60)
    assert "lost / duplicated: 0 / 0" in said
    assert list(tmp_path.iterdir()) == []
    assert [line for line in command_lines() if str(tmp_path) in line] == []


def test_for_people_it_says_where_to_look_and_what_came_of_it_and_keeps_what_it_is_told_to(
    tmp_path: Path,
) -> None:
    said = demo("--seconds", "2", "--bays", "6", "--lang", "zh", "--keep", str(tmp_path))
    assert said.returncode == 0, said.stderr
    assert "每一条都在 PostgreSQL 中,且只有一次。" in said.stdout
    assert "/v1/parking/lots/ginkgo-garage" in said.stdout
    assert {"agent.toml", "cloud.toml", "site.toml", "agent.log", "outbox.db"} <= {
        path.name for path in tmp_path.iterdir()
    }


def test_a_port_in_use_is_told_in_both_languages() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        said = demo("--port", str(port))
    assert said.returncode == 3
    assert said.stderr.count(f"127.0.0.1:{port}") == 2
    assert "请" in said.stderr
    assert "Traceback" not in said.stderr


def command_lines() -> list[str]:
    """Return the command line of every process that lives."""
    return [" ".join(one.info["cmdline"] or ()) for one in psutil.process_iter(["cmdline"])]


@pytest.mark.parametrize(
    "words", [["--bays", "0"], ["--seconds", "-1"], ["--bays", "many"], ["--meters", "-1"]]
)
def test_wrong_words_are_a_matter_of_usage(words: list[str]) -> None:
    assert demo(*words).returncode == 2


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    said = demo("--keep", str(tmp_path / "file" / "inside"))
    assert said.returncode == 3
    assert said.stderr.count("--keep") == 2
