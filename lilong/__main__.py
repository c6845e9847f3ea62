"""Entry point of the `lilong` command: reads the first word and runs the program of that name."""

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TextIO

from lilong.programs import PROGRAMS, Program

EXIT_GOOD = 0
EXIT_USAGE = 2


def main(argv: Sequence[str] | None = None, programs: Mapping[str, Program] = PROGRAMS) -> int:
    """Run `lilong WORD ...` and return its exit status: 0 good, 1 failed, 2 usage, 3 configuration."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words:
        return _print_help(programs, sys.stderr, EXIT_USAGE)
    word, rest = words[0], words[1:]
    if word in ("-h", "--help", "help"):
        return _print_help(programs, sys.stdout, EXIT_GOOD)
    if word in ("-V", "--version"):
        print(f"lilong {_installed_version()}")
        return EXIT_GOOD
    if word not in programs:
        return _refuse_word(word, programs)
    return _run(word, programs[word], rest)


def _run(word: str, program: Program, rest: list[str]) -> int:
    try:
        module = import_module(program.module)
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.partition(".")[0] == program.room:
            raise
        return _ask_for_extra(word, program, missing.name)
    status: int = module.main(rest)
    return status


def _ask_for_extra(word: str, program: Program, missing: str) -> int:
    print(
        f"lilong {word}: the Python package {missing!r} is not installed; "
        f"run: pip install 'lilong[{program.extra}]'\n"
        f"lilong {word}:缺少 Python 软件包 {missing!r},请运行:pip install 'lilong[{program.extra}]'",
        file=sys.stderr,
    )
    return EXIT_USAGE


def _refuse_word(word: str, programs: Mapping[str, Program]) -> int:
    known = ", ".join(programs)
    print(f"lilong: expected one of {known}; got {word!r}. See: lilong --help", file=sys.stderr)
    print(f"lilong:没有 {word!r} 这个命令,可用的有:{known}。", file=sys.stderr)
    return EXIT_USAGE


def _print_help(programs: Mapping[str, Program], out: TextIO, status: int) -> int:
    lines = ["usage: lilong PROGRAM ...    (lilong PROGRAM --help says more; lilong --version)", ""]
    for word, program in programs.items():
        lines += [f"  {word:<9}{program.english}", f"  {'':<9}{program.chinese}"]
    print("\n".join(lines), file=out)
    return status


def _installed_version() -> str:
    try:
        return version("lilong")
    except PackageNotFoundError:
        return "(run from a source tree that is not installed)"


if __name__ == "__main__":
    sys.exit(main())
