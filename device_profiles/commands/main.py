"""The `lilong profile` command: its verbs, their options and exit codes."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from device_profiles.commands.check import check
from device_profiles.commands.conformance import conformance
from device_profiles.commands.decode import decode
from device_profiles.commands.guess import guess_profile
from device_profiles.commands.import_profiles import import_profiles
from device_profiles.commands.list import list_profiles
from device_profiles.commands.new import new
from device_profiles.commands.record import record
from device_profiles.commands.supported import supported
from device_profiles.commands.test import test
from device_profiles.commands.words import complain, say, spoken
from device_profiles.errors import ProfileError
from device_profiles.reading import Format

_VERBS: Final[Mapping[str, Callable[[argparse.Namespace, str], int]]] = {
    "check": check,
    "list": list_profiles,
    "decode": decode,
    "guess": guess_profile,
    "new": new,
    "test": test,
    "record": record,
    "supported": supported,
    "conformance": conformance,
    "import": import_profiles,
}
_CONFIGURATION: Final = 3


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb and return its exit code: 0 good, 1 failed or refused, 2 usage, 3 configuration."""
    given = list(sys.argv[1:] if argv is None else argv)
    language = spoken(_flag(given))
    options = _parser(language).parse_args(given)
    try:
        return _VERBS[options.verb](options, language)
    except ProfileError as error:
        complain(str(error))
        return _CONFIGURATION


def _flag(given: Sequence[str]) -> str:
    """Find --lang before argparse runs, because its help is already in a language."""
    for number, text in enumerate(given):
        if text == "--lang" and number + 1 < len(given):
            return given[number + 1]
        if text.startswith("--lang="):
            return text.removeprefix("--lang=")
    return ""


def _parser(language: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lilong profile", description=say("about", language))
    parser.add_argument("--lang", choices=("zh", "en"), help=say("lang", language))
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="|".join(_VERBS))
    parts = {
        verb: verbs.add_parser(verb, help=say(verb, language), description=say(verb, language))
        for verb in _VERBS
    }
    for part in parts.values():
        part.add_argument("--lang", choices=("zh", "en"), help=say("lang", language))
    for verb in ("list", "decode", "guess", "supported"):
        parts[verb].add_argument(
            "--extra", type=Path, action="append", default=[], help=say("extra", language)
        )
    _check_options(parts["check"], language)
    parts["list"].add_argument("--json", action="store_true", help=say("json", language))
    _decode_options(parts["decode"], language)
    parts["supported"].add_argument("--output", type=Path, help=say("output", language))
    _new_options(parts["new"], language)
    _test_options(parts["test"], language)
    _record_options(parts["record"], language)
    _guess_options(parts["guess"], language)
    _conformance_options(parts["conformance"], language)
    _import_options(parts["import"], language)
    return parser


def _check_options(part: argparse.ArgumentParser, language: str) -> None:
    part.add_argument("folder", type=Path, nargs="+", help=say("folder", language))
    part.add_argument("--source", action="store_true", help=say("source", language))


def _decode_options(part: argparse.ArgumentParser, language: str) -> None:
    part.add_argument("key", help=say("key", language))
    part.add_argument("bytes", metavar="HEX", help=say("bytes", language))
    part.add_argument("--port", type=int, help=say("port", language))
    part.add_argument("--path", default="", help=say("path", language))
    part.add_argument("--format", choices=list(Format), default=Format.BYTES, help=say("format", language))
    part.add_argument("--key-file", type=Path, metavar="FILE", help=say("key_file", language))
    part.add_argument("--json", action="store_true", help=say("json", language))


def _conformance_options(part: argparse.ArgumentParser, language: str) -> None:
    part.add_argument("file", type=Path, metavar="FILE.jsonl", help=say("vector_file", language))
    part.add_argument("--codecs", type=Path, metavar="DIR", help=say("codecs", language))
    part.add_argument("--json", action="store_true", help=say("json", language))


def _guess_options(part: argparse.ArgumentParser, language: str) -> None:
    part.add_argument("bytes", nargs="+", metavar="HEX", help=say("frames", language))
    part.add_argument("--port", type=int, help=say("port", language))
    part.add_argument("--format", choices=list(Format), default=Format.BYTES, help=say("format", language))
    part.add_argument("--called", default="", metavar="NAME", help=say("called", language))
    part.add_argument("--json", action="store_true", help=say("json", language))


def _new_options(part: argparse.ArgumentParser, language: str) -> None:
    part.add_argument("key", help=say("new_key", language))
    part.add_argument("bytes", nargs="+", metavar="HEX", help=say("frames", language))
    part.add_argument("--port", type=int, help=say("port", language))
    part.add_argument("--heartbeat", type=int, default=3600, metavar="S", help=say("heartbeat", language))
    part.add_argument("--source", required=True, help=say("source_of", language))
    part.add_argument("--title-zh", default="", help=say("title", language))
    part.add_argument("--title-en", default="", help=say("title", language))
    part.add_argument("--into", type=Path, default=Path(), metavar="DIR", help=say("into", language))


def _test_options(part: argparse.ArgumentParser, language: str) -> None:
    part.add_argument("folder", type=Path, help=say("folder", language))
    part.add_argument("--recording", type=Path, metavar="FILE", help=say("recording", language))
    part.add_argument("--device", default="", help=say("device", language))
    part.add_argument("--json", action="store_true", help=say("json", language))


def _record_options(part: argparse.ArgumentParser, language: str) -> None:
    part.add_argument("folder", type=Path, help=say("folder", language))
    part.add_argument("recording", type=Path, metavar="FILE", help=say("recording", language))
    part.add_argument("--device", required=True, help=say("device", language))
    part.add_argument("--source", required=True, help=say("source_of", language))
    part.add_argument("--most", type=int, default=20, help=say("most", language))


def _import_options(part: argparse.ArgumentParser, language: str) -> None:
    part.add_argument("path", type=Path, metavar="PATH", help=say("checkout", language))
    part.add_argument(
        "--into", type=Path, metavar="DIR", default=Path("imported"), help=say("import_into", language)
    )
    part.add_argument("--vendor", default="", help=say("import_vendor", language))
    part.add_argument("--device", default="", help=say("import_device", language))
    part.add_argument("--json", action="store_true", help=say("json", language))
