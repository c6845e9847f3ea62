"""The process in which vendors' codecs run: it has an engine, a pipe to its parent and nothing else.

It is started by path, without site-packages, so it imports the standard library and the engine alone. A frame is four
bytes of length and the rest; a request is an operation, a codec's key, a time and texts, an answer a status and a text.
"""

import importlib
import re
import signal
import socket
import struct
import sys
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Final, cast

LENGTH: Final = struct.Struct(">I")
REQUEST: Final = struct.Struct(">c16sdB")
CALL: Final = b"C"
LOAD: Final = b"L"
CONTEXTS: Final = 48
"""Codecs that are held ready at once; the one longest unused goes."""
MEMORY: Final = 32_000_000
"""What one codec may allocate, in bytes."""
STACK: Final = 512_000
STEPS_S: Final = 0.15
"""Processor time after which the engine stops a codec; it looks between steps of the codec's own code."""
BUILT_IN_S: Final = 0.4
"""Processor time after which the kernel ends the process, whatever built-in function the codec hangs in."""
_ENTRIES: Final = (
    "decodeUplink",
    "encodeDownlink",
    "decodeDownlink",
    "normalizeUplink",
    "Decode",
    "Decoder",
    "Encode",
    "Encoder",
)
_EXPORT: Final = re.compile(
    r"^[ \t]*export[ \t]+(?:default[ \t]+)?(?=async[ \t]|function|const|let|var|class)|^[ \t]*export[ \t]*\{[^}]*\};?",
    re.MULTILINE,
)
_GLOBAL: Final = re.compile(r"\bthis\s*[.\[]|\bglobalThis\b")
_DECLARED: Final = re.compile(
    r"^[ \t]*(?:async[ \t]+)?function[ \t*]+([A-Za-z_$][\w$]*)|^[ \t]*var[ \t]+([A-Za-z_$][\w$]*)",
    re.MULTILINE,
)
_BUFFER: Final = re.compile(r"\bBuffer\s*\.\s*(?:from|alloc|concat|isBuffer)")
_NO_MEMORY: Final = ("Tout of memory", "Tnull")  # the engine throws null where no memory is left for an error

Run = Callable[[str, str, float], str]


class BrokenError(Exception):
    """A codec that cannot be loaded at all."""


class Bench:
    """The codecs that are ready, each in a realm of its own."""

    def __init__(self, engine: ModuleType, prelude: str, buffer: str) -> None:
        """Take the engine, what runs before every codec, and what runs before those that use a Buffer."""
        self._engine = engine
        self._prelude = prelude
        self._buffer = buffer
        self._sources: OrderedDict[bytes, str] = OrderedDict()
        self._ready: dict[bytes, Run] = {}

    def load(self, key: bytes, source: str) -> str:
        """Take a codec's source; one that cannot be compiled is told of when it is called."""
        self._sources[key] = source
        while len(self._sources) > CONTEXTS:
            gone, _ = self._sources.popitem(last=False)
            self._ready.pop(gone, None)
        return "L"

    def call(self, key: bytes, entry: str, text: str, at_ms: float) -> str:
        """Call a function of a codec and return what came of it.

        The first letter says what: A an answer, R one that cannot be taken, T thrown, B a codec that cannot be loaded,
        S stopped by the engine, M out of memory, U its source is wanted.
        """
        if key not in self._sources:
            return "U"
        self._sources.move_to_end(key)
        try:
            answer = self._run(key)(entry, text, at_ms)
        except BrokenError as error:
            return f"B{error}"
        except (self._engine.JSException, MemoryError) as error:
            self._ready.clear()  # a codec that filled the memory must not take the next one with it
            return "M" if _out_of_memory(error) else f"S{_first_line(error)}"
        if answer[0] == "-":
            del self._ready[key]
        return "M" if answer[1:] in _NO_MEMORY else answer[1:]

    def _run(self, key: bytes) -> Run:
        found = self._ready.get(key)
        if found is None:
            found = self._ready[key] = self._made(self._sources[key])
        return found

    def _made(self, source: str) -> Run:
        context = self._engine.Context()
        context.set_memory_limit(MEMORY)
        context.set_max_stack_size(STACK)
        boot = context.eval(self._prelude)
        buffer = context.eval(self._buffer) if _BUFFER.search(source) else None
        context.set_time_limit(STEPS_S)
        try:
            factory = context.eval(_wrapped(source))
        except self._engine.JSException as error:
            if not _EXPORT.search(source):
                raise BrokenError(_first_line(error)) from error
            factory = self._bare(context, source)
        run = boot(factory, buffer) if buffer else boot(factory)
        if not callable(run):
            raise BrokenError("the source is no script")
        return cast(Run, run)

    def _bare(self, context: object, source: str) -> object:
        """Compile the source of a module without its export words."""
        try:
            return context.eval(_wrapped(_EXPORT.sub("", source)))  # type: ignore[attr-defined]
        except self._engine.JSException as error:
            raise BrokenError(_first_line(error)) from error


def serve(pipe: socket.socket, bench: Bench) -> None:
    """Answer one request after the other until the parent goes away."""
    while frame := _received(pipe):
        operation, key, at_ms, named = REQUEST.unpack_from(frame)
        rest = frame[REQUEST.size :]
        signal.setitimer(signal.ITIMER_PROF, BUILT_IN_S)
        if operation == LOAD:
            answer = bench.load(key, rest.decode())
        else:
            answer = bench.call(key, rest[:named].decode(), rest[named:].decode(), at_ms)
        signal.setitimer(signal.ITIMER_PROF, 0)
        octets = answer.encode()
        pipe.sendall(LENGTH.pack(len(octets)) + octets)


def _wrapped(source: str) -> str:
    """Return the source as a function that runs it anew: what it declares lives for one call."""
    own = ", ".join(f"{name}: {_if_there(name)}" for name in _ENTRIES)
    outer = ", ".join(map(_if_there, ("module", "exports")))
    return (
        "(function (module, exports, Buffer) { return (function () {"
        f"{source}\n;{_published(source)}return [{{{own}}}, {outer}];\n}}).call(this); }})"
    )


def _if_there(name: str) -> str:
    return f"typeof {name} === 'undefined' ? undefined : {name}"


def _published(source: str) -> str:
    """Return what makes the source's functions and variables properties of the global object, as a script's are."""
    if not _GLOBAL.search(source):
        return ""
    names = sorted({first or second for first, second in _DECLARED.findall(source)})
    return "".join(f"if (typeof {name} !== 'undefined') globalThis.{name} = {name};" for name in names)


def _out_of_memory(error: Exception) -> bool:
    return isinstance(error, MemoryError) or "out of memory" in _first_line(error)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:300]


def _received(pipe: socket.socket) -> bytes:
    head = _exactly(pipe, LENGTH.size)
    return _exactly(pipe, *LENGTH.unpack(head)) if head else b""


def _exactly(pipe: socket.socket, size: int) -> bytes:
    """Return so many bytes, or none where the pipe ends."""
    octets = b""
    while len(octets) < size:
        piece = pipe.recv(size - len(octets))
        if not piece:
            return b""
        octets += piece
    return octets


def main() -> None:
    """Serve on standard input; the argument is the folder that holds the engine."""
    here = Path(__file__)
    sys.path += [sys.argv[1], str(here.parent)]
    engine, jail = importlib.import_module("_quickjs"), importlib.import_module("jail")
    sys.path.clear()
    prelude, buffer = (
        here.with_name(name).read_text(encoding="utf-8") for name in ("prelude.js", "buffer.js")
    )
    bench = Bench(engine, prelude, buffer)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when it is over
    pipe = socket.socket(fileno=0)
    jail.lock_down()
    serve(pipe, bench)


if __name__ == "__main__":
    main()
