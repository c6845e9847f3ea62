"""Reads a profile.toml (or a golden file, or a family) into its struct, with errors that name file, table and key."""

import re
import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec

from device_profiles.declared.document import Document, Family, Trial
from device_profiles.errors import ProfileError

_File = TypeVar("_File", Document, Family, Trial)
_PLACE = re.compile(r" - at `\$\.?(?P<path>.*)`$")
_STEP = re.compile(r"([\w-]+)|\[(\d+)\]|\[\.\.\.\]")


def read_document(path: Path) -> Document:
    """Read a profile.toml.

    Raises:
        ProfileError: the file is missing, no TOML, or has a key that is misspelt, missing or of another kind.
    """
    return _read(path, Document)


def read_trial(path: Path) -> Trial:
    """Read a golden file.

    Raises:
        ProfileError: as for `read_document`.
    """
    return _read(path, Trial)


def read_family(path: Path) -> Family:
    """Read a family's file.

    Raises:
        ProfileError: as for `read_document`.
    """
    return _read(path, Family)


def _read(path: Path, kind: type[_File]) -> _File:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(f"{path}: {error}") from error
    try:
        return msgspec.convert(raw, kind, strict=True)
    except msgspec.ValidationError as error:
        raise ProfileError(f"{path}{_said(str(error), raw)}") from error


def _said(problem: str, raw: object) -> str:
    """Turn msgspec's "... - at `$.frame[0].port`" into "table frame 1 (heartbeat), key port: ..."."""
    found = _PLACE.search(problem)
    steps = [(name, index) for name, index in _STEP.findall(found["path"])] if found else []
    words: list[str] = []
    for name, index in steps:
        raw = _inner(raw, name, index)
        if index:
            called = raw.get("name") if isinstance(raw, dict) else None
            words[-1] += f" {int(index) + 1}" + (f" ({called})" if called else "")
        elif name:
            words.append(name)
    text = problem[: found.start()] if found else problem
    key = words.pop() if words and not isinstance(raw, dict) else ""
    table = f", table {' > '.join(words)}" if words else ""
    return f"{table}{f', key {key}' if key else ''}: {text}"


def _inner(raw: object, name: str, index: str) -> object:
    if isinstance(raw, list) and index:
        return raw[int(index)]
    if isinstance(raw, dict) and name:
        return raw.get(name)
    return raw
