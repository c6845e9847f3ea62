"""Measures vendors' JavaScript codecs: microseconds a decode through the worker, and how long hostile ones last."""

import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import Final

from device_profiles import DecodeError
from device_profiles.javascript import Entry, Runner, Script

_PLAIN: Final = """
function s16(low, high) { var n = low + high * 256; return n > 32767 ? n - 65536 : n; }
function decodeUplink(input) {
  var b = input.bytes, data = {}, i = 0;
  while (i < b.length) {
    switch (b[i++]) {
      case 1: data.battery = b[i++]; break;
      case 3: data.temperature = s16(b[i], b[i + 1]) / 10; i += 2; break;
      case 4: data.humidity = b[i++] / 2; break;
      case 7: data.co2 = b[i] + b[i + 1] * 256; i += 2; break;
      default: return { errors: ["unknown channel"] };
    }
  }
  return { data: data };
}
"""
_REPLACING: Final = (
    "Object.defineProperty(Object, 'assign', { value: function (t) { return t; }, configurable: true });"
)
_LASTING: Final = "Object.defineProperty(Object.prototype, 'lasting', { value: 1 });"
_HOSTILE: Final[Mapping[str, str]] = {
    "an endless loop": "for (;;) {}",
    "a regular expression": "/^(a+)+$/.test('a'.repeat(40) + 'b');",
    "indexOf": "'a'.repeat(8000000).indexOf('a'.repeat(4000000) + 'b');",
    "join": "new Array(300000000).join('');",
    "normalize": "var s = 'e\\u0301'.repeat(500000); for (;;) s.normalize('NFD').normalize('NFC');",
    "recursion that catches": "function f() { try { f(); } finally { f(); } } f();",
    "lists without end": "var a = []; for (;;) a.push(new Array(1000).fill('x'));",
    "endless getters": "return { get data() { for (;;) {} } };",
}
_GIVEN: Final = {"bytes": [1, 92, 3, 52, 1, 4, 101, 7, 33, 4], "fPort": 85, "recvTime": True, "variables": {}}


def figures() -> dict[str, float]:
    """Return the figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return {**_speed(folder), **_stops(folder)}


def _speed(folder: Path) -> dict[str, float]:
    runner = Runner()
    plain = _script(folder, "plain.js", _PLAIN)
    found = {"the first decode, with the start of the worker: ms": _once(runner, plain) * 1e3}
    for name, source in (
        ("a decode through the worker: us", _PLAIN),
        ("of a codec that replaces a built-in: us", _REPLACING + _PLAIN),
        ("of a codec whose world must be made anew: us", _LASTING + _PLAIN),
    ):
        found[name] = _typical(runner, _script(folder, f"{len(source)}.js", source)) * 1e6
    runner.close()
    return found


def _stops(folder: Path) -> dict[str, float]:
    found: dict[str, float] = {}
    plain = _script(folder, "plain.js", _PLAIN)
    after = []
    for number, (name, body) in enumerate(_HOSTILE.items()):
        runner = Runner()
        _once(runner, plain)
        bad = _script(folder, f"bad{number}.js", f"function decodeUplink(input) {{ {body} }}")
        found[f"until {name} is stopped: ms"] = _once(runner, bad) * 1e3
        after.append(_once(runner, plain) * 1e3)
        runner.close()
    found["a decode after that, with a new worker where there must be one: ms, at most"] = max(after)
    return found


def _script(folder: Path, name: str, source: str) -> Script:
    path = folder / name
    path.write_text(source, encoding="utf-8")
    return Script(path)


def _once(runner: Runner, script: Script) -> float:
    before = time.perf_counter()
    with suppress(DecodeError):
        runner.run(script, Entry.UPLINK, _GIVEN, 0)
    return time.perf_counter() - before


def _typical(runner: Runner, script: Script, rounds: int = 2000) -> float:
    return median(_once(runner, script) for _ in range(rounds))
