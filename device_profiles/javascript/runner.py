"""Runs codecs in the worker process: starts it when it is first needed, and again whenever a codec has ended it."""

import atexit
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Final

import msgspec

from device_profiles.errors import DecodeError
from device_profiles.javascript.breaker import Breaker
from device_profiles.javascript.process import GoneError, WorkerProcess
from device_profiles.javascript.script import Entry, Script
from device_profiles.javascript.worker import CALL, LOAD, REQUEST, STEPS_S

PATIENCE_S: Final = 0.8
"""How long the parent waits for an answer before it ends the worker."""
LONG_PATIENCE_S: Final = 20.0
Output = dict[str, object]
_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(Output).decode


class StoppedError(DecodeError):
    """A codec that had to be stopped, or that rests because it had to be too often."""


_TRYING: ContextVar[bool] = ContextVar("trying", default=False)


@contextmanager
def trying() -> Iterator[None]:
    """Show codecs bytes that may not be theirs: what they do with these is not held against them."""
    before = _TRYING.set(True)
    try:
        yield
    finally:
        _TRYING.reset(before)


class Runner:
    """One worker process and what is known of the codecs that ran in it; may be used from several threads."""

    def __init__(self, patience_s: float = PATIENCE_S, now: Callable[[], float] = time.monotonic) -> None:
        """Start nothing yet."""
        self._patience_s = patience_s
        self._now = now
        self._lock = threading.Lock()
        self._counting = threading.Lock()  # `_lock` is held for as long as a codec runs
        self._worker: WorkerProcess | None = None
        self._breaker = Breaker()
        self._counts: Counter[str] = Counter()

    def run(self, script: Script, entry: Entry, given: object, at_ms: int) -> Output:
        """Return the object that a function of the codec gives; `at_ms` is the time in its world.

        Raises:
            StoppedError: the codec was stopped, or rests.
            DecodeError: the codec threw, cannot be loaded, or gave what cannot be taken.
        """
        request = REQUEST.pack(CALL, script.key, float(at_ms), len(entry)) + entry.encode() + _encode(given)
        with self._lock:
            self._refuse_resting(script)
            answer = self._answer(script, request)
        kind, text = answer[0], answer[1:]
        if kind == "A":
            return _output(text)
        raise DecodeError(_words(kind, text))

    def counts(self) -> dict[str, int]:
        """Return what happened so far, by name."""
        with self._counting:
            found = dict(self._counts)
        return {**found, "resting": self._breaker.resting(self._now())} if found else {}

    def count(self, what: str, many: int = 1) -> None:
        """Count something."""
        with self._counting:
            self._counts[what] += many

    @property
    def pid(self) -> int | None:
        """The worker's process id while there is one."""
        return None if self._worker is None else self._worker.pid

    def close(self) -> None:
        """End the worker; the next call starts another."""
        with self._lock:
            worker, self._worker = self._worker, None
            if worker is not None:
                worker.end()

    def _refuse_resting(self, script: Script) -> None:
        rests_s = self._breaker.rests_s(script.key, self._now())
        if rests_s > 0:
            self.count("refused_resting")
            raise StoppedError(
                f"the codec {script.path.name} was stopped {self._breaker.stops(script.key)} times and rests for "
                f"another {rests_s:.0f} s; its readings are kept in quarantine"
            )

    def _answer(self, script: Script, request: bytes) -> str:
        try:
            answer = self._ask(request)
            if answer == "U":
                self._ask(REQUEST.pack(LOAD, script.key, 0.0, 0) + script.source.encode())
                answer = self._ask(request)
        except GoneError as error:
            self._worker = None
            self.count("ended")
            raise self._stopped(script, f"it {error}") from error
        self.count("called")
        if answer[0] == "S":
            raise self._stopped(script, f"it used more than {STEPS_S:g} s of processor time ({answer[1:]})")
        if answer[0] == "M":
            raise self._stopped(script, "it ran out of the memory that a codec may have")
        return answer

    def _ask(self, request: bytes) -> str:
        if self._worker is None:
            self._worker = WorkerProcess()
            self.count("started")
        return self._worker.ask(request, self._patience_s)

    def _stopped(self, script: Script, reason: str) -> StoppedError:
        self.count("stopped")
        if not _TRYING.get():
            self._breaker.stopped(script.key, self._now())
        return StoppedError(f"the codec {script.path.name} was stopped: {reason}")


@cache
def shared_runner() -> Runner:
    """Return the runner of this process; it has one worker, however many profiles there are."""
    return _closed_at_exit(Runner())


@cache
def patient_runner() -> Runner:
    """Return the runner of commands that nobody's readings wait for: a busy machine changes no result."""
    return _closed_at_exit(Runner(patience_s=LONG_PATIENCE_S))


def _closed_at_exit(runner: Runner) -> Runner:
    atexit.register(runner.close)
    return runner


def _output(text: str) -> Output:
    try:
        return _decode(text)
    except msgspec.DecodeError as error:
        raise DecodeError(f"expected an object from the codec: {error}") from error


def _words(kind: str, text: str) -> str:
    if kind == "T":
        return f"the codec threw: {text}"
    if kind == "B":
        return f"the codec cannot be loaded: {text}"
    return text
