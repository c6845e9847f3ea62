"""A program of the stage starts, is waited for, tells why it did not work, and ends with us."""

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from demo.stage import Program, StageError


def test_a_program_that_ends_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    program = Program("agent", ["agent", "run", "--config", str(tmp_path / "none.toml")], tmp_path / "log")
    program.start()
    with pytest.raises(StageError) as refused:
        program.wait_until(lambda: False, within_s=60)
    assert program.status == 3
    for words in (refused.value.words.zh, refused.value.words.en):
        assert "none.toml" in words
        assert str(tmp_path / "log") in words


def test_a_program_that_was_never_started_is_stopped_and_killed_without_a_word(tmp_path: Path) -> None:
    program = Program("agent", ["agent"], tmp_path / "log")
    assert program.stop() is None
    program.kill()
    assert not program.running
    assert program.last_words() == ""


def test_what_was_started_ends_when_its_starter_is_killed(tmp_path: Path) -> None:
    """The starter is killed outright: the kernel must end what it started."""
    code = f"""
        import time
        from pathlib import Path
        from demo.stage import Stage
        from demo.estate import build_garage
        from demo.stage.stage import Changes
        from demo.stage import choose_ports
        import asyncio
        async def run():
            async with Stage(Path({str(tmp_path)!r}), build_garage(2, 1), choose_ports()) as stage:
                stage.write_agent(Changes())
                await stage.do(stage.devices_broker.start)
                await stage.start_agent()
                print(stage.agent.process_id, flush=True)
                await asyncio.Event().wait()
        asyncio.run(run())
    """
    starter = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert starter.stdout is not None
    started = psutil.Process(int(starter.stdout.readline()))
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    starter.stdout.close()
    assert started.wait(timeout=30) in (0, None)
