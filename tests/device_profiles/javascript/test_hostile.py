"""A codec that means harm is stopped, and nobody else notices."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from device_profiles import DecodeError
from device_profiles.javascript import Entry, Runner, StoppedError, jail, trying
from device_profiles.javascript.breaker import ALLOWED, FIRST_REST_S, LONGEST_REST_S, Breaker
from tests.device_profiles.javascript.conftest import WriteCodec
from tests.device_profiles.javascript.hostile import ENDLESS, GREEDY, codec

GIVEN = {"bytes": [1], "fPort": 1}
GOOD = codec("return { data: { good: true } };")


@pytest.mark.parametrize("body", [*ENDLESS.values(), *GREEDY.values()], ids=[*ENDLESS, *GREEDY])
def test_it_is_stopped_and_the_next_codec_runs(runner: Runner, script: WriteCodec, body: str) -> None:
    good = script(GOOD, "good.js")
    assert runner.run(good, Entry.UPLINK, GIVEN, 0) == {"data": {"good": True}}
    with pytest.raises(DecodeError, match=r"stopped|threw"):
        runner.run(script(codec(body)), Entry.UPLINK, GIVEN, 0)
    assert runner.run(good, Entry.UPLINK, GIVEN, 0) == {"data": {"good": True}}


@pytest.mark.parametrize(
    "place", ["", "var x = (function () { for (;;) {} })();", "}); for (;;) {} (function () {"]
)
def test_it_may_hang_while_it_is_loaded(runner: Runner, script: WriteCodec, place: str) -> None:
    for source in (place + codec("for (;;) {}"), codec("for (;;) {}") + place):
        with pytest.raises(DecodeError):
            runner.run(script(source), Entry.UPLINK, GIVEN, 0)
    assert runner.run(script(GOOD, "good.js"), Entry.UPLINK, GIVEN, 0) == {"data": {"good": True}}


def test_a_worker_that_does_not_answer_is_ended(script: WriteCodec) -> None:
    runner = Runner(patience_s=0.3)
    good = script(GOOD)
    runner.run(good, Entry.UPLINK, GIVEN, 0)
    stopped = runner.pid
    assert stopped is not None
    os.kill(stopped, signal.SIGSTOP)
    with pytest.raises(StoppedError, match=r"gave no answer within 0\.3 s"):
        runner.run(good, Entry.UPLINK, GIVEN, 0)
    assert not Path(f"/proc/{stopped}").exists()
    runner.close()


def test_a_worker_that_was_killed_is_replaced(runner: Runner, script: WriteCodec) -> None:
    good = script(GOOD)
    runner.run(good, Entry.UPLINK, GIVEN, 0)
    first = runner.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    with pytest.raises(StoppedError, match="signal 9"):
        runner.run(good, Entry.UPLINK, GIVEN, 0)
    assert runner.run(good, Entry.UPLINK, GIVEN, 0) == {"data": {"good": True}}
    assert runner.pid != first


def test_a_codec_that_was_stopped_again_and_again_rests(script: WriteCodec) -> None:
    now = [1000.0]
    runner = Runner(patience_s=30.0, now=lambda: now[0])
    bad, good = script(codec("for (;;) {}"), "bad.js"), script(GOOD, "good.js")
    for _ in range(ALLOWED + 1):
        with pytest.raises(StoppedError, match="processor time"):
            runner.run(bad, Entry.UPLINK, GIVEN, 0)
    calls = runner.counts()["called"]
    with pytest.raises(StoppedError, match=r"bad\.js was stopped 3 times and rests for another 30 s"):
        runner.run(bad, Entry.UPLINK, GIVEN, 0)
    assert runner.counts()["called"] == calls
    assert (runner.counts()["resting"], runner.counts()["refused_resting"]) == (1, 1)
    assert runner.run(good, Entry.UPLINK, GIVEN, 0) == {"data": {"good": True}}
    now[0] += FIRST_REST_S
    assert runner.counts()["resting"] == 0
    with pytest.raises(StoppedError, match="processor time"):
        runner.run(bad, Entry.UPLINK, GIVEN, 0)
    with pytest.raises(StoppedError, match="rests for another 60 s"):
        runner.run(bad, Entry.UPLINK, GIVEN, 0)
    runner.close()


def test_bytes_that_are_not_its_own_are_not_held_against_a_codec(runner: Runner, script: WriteCodec) -> None:
    picky = script(codec("if (input.bytes[0] !== 1) for (;;) {} return { data: {} };"))
    with trying():
        for _ in range(ALLOWED + 2):
            with pytest.raises(StoppedError, match="processor time"):
                runner.run(picky, Entry.UPLINK, {"bytes": [2]}, 0)
    assert runner.run(picky, Entry.UPLINK, GIVEN, 0) == {"data": {}}
    assert runner.counts()["resting"] == 0


def test_rests_grow_to_an_hour_and_an_hour_of_peace_is_forgiveness() -> None:
    breaker, now, rests = Breaker(), 0.0, []
    for _ in range(14):
        breaker.stopped(b"k", now)
        rests.append(breaker.rests_s(b"k", now))
        now += rests[-1]
    assert rests[:5] == [0, 0, 30, 60, 120]
    assert rests[-1] == LONGEST_REST_S
    assert breaker.rests_s(b"other", now) == 0
    breaker.stopped(b"k", now + LONGEST_REST_S + 1)
    assert breaker.stops(b"k") == 1
    assert breaker.rests_s(b"k", now + LONGEST_REST_S + 1) == 0


def test_the_worker_has_a_pipe_and_nothing_else(runner: Runner, script: WriteCodec) -> None:
    runner.run(script(GOOD), Entry.UPLINK, GIVEN, 0)
    worker = Path(f"/proc/{runner.pid}")
    assert {fd.name for fd in (worker / "fd").iterdir()} == {"0", "1", "2"}
    assert (worker / "fd" / "0").readlink().name.startswith("socket:")
    assert {str((worker / "fd" / fd).readlink()) for fd in "12"} == {"/dev/null"}
    assert (worker / "environ").read_bytes() == b"TZ=UTC\0LC_ALL=C.UTF-8\0"
    limits = (worker / "limits").read_text(encoding="utf-8")
    for name, most in {"open files": "3", "file size": "0", "processes": "0", "core file size": "0"}.items():
        line = next(line for line in limits.splitlines() if line.startswith(f"Max {name}"))
        assert line.removeprefix(f"Max {name}").split()[:2] == [most, most]
    status = (worker / "status").read_text(encoding="utf-8")
    assert "NoNewPrivs:\t1" in status
    assert "Seccomp:" not in status or "Seccomp:\t2" in status
    assert (worker / "oom_score_adj").read_text(encoding="ascii").strip() == "1000"


_TRY = """
import sys; sys.path.append({folder!r})
import os, socket, jail
ours, theirs = socket.socketpair()
jail.lock_down()
def refused(act):
    try:
        act()
    except OSError:
        return "refused"
    return "done"
sys.stdout.write(" ".join(map(refused, [
    lambda: os.open("/etc/hostname", os.O_RDONLY), lambda: socket.socket(), lambda: os.kill(os.getppid(), 0),
    os.fork, lambda: os.execv("/bin/true", ["true"]), lambda: os.listdir("/"), lambda: ours.send(b"a"),
])))
sys.stdout.flush()
"""


def test_in_the_jail_nothing_opens_starts_or_signals() -> None:
    if "Seccomp:" not in Path("/proc/self/status").read_text(encoding="utf-8"):
        pytest.skip("this kernel has no seccomp")
    source = _TRY.format(folder=str(Path(jail.__file__).parent))
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", source], capture_output=True, check=True, timeout=60
    )
    assert done.stdout.split() == [b"refused"] * 6 + [b"done"]


def test_the_worker_ends_with_its_parent(runner: Runner, script: WriteCodec) -> None:
    runner.run(script(GOOD), Entry.UPLINK, GIVEN, 0)
    pid = runner.pid
    runner.close()
    assert runner.pid is None
    assert not Path(f"/proc/{pid}").exists()
    runner.close()


def test_more_codecs_than_are_held_ready(runner: Runner, script: WriteCodec) -> None:
    many = [script(codec(f"return {{ data: {{ n: {n} }} }};"), f"{n}.js") for n in range(60)]
    for _ in range(2):
        for n, one in enumerate(many):
            assert runner.run(one, Entry.UPLINK, GIVEN, 0) == {"data": {"n": n}}
    assert runner.counts()["started"] == 1
