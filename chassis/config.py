"""Reading a TOML file into a typed struct, with errors that name file, table and key."""

import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import msgspec

from chassis.errors import ConfigError

T = TypeVar("T")
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<key>[^`]+)`(?: - at `\$(?P<path>[^`]*)`)?")
_AT = re.compile(r"(?P<what>.*?)(?: - at `\$(?P<path>[^`]*)`)?")


def read_config(path: Path, kind: type[T]) -> T:
    """Read a TOML file as `kind`.

    Raises:
        ConfigError: the file is missing, is no TOML, or a key is unknown, missing or of the wrong type.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read ({error}); name an existing file") from error
    return parse_config(text, kind, name=str(path))


def parse_config(text: str, kind: type[T], *, name: str) -> T:
    """Read TOML text as `kind`; `name` is what errors call it.

    Raises:
        ConfigError: the text is no TOML, or a key is unknown, missing or of the wrong type.
    """
    try:
        return msgspec.convert(tomllib.loads(text), kind)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name}: not TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise ConfigError(f"{name}: {_explain(str(error), kind)}") from error


def read_secret(path: Path) -> str:
    """Read a secret from its own file, without the line end.

    Raises:
        ConfigError: the file cannot be read or is empty.
    """
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: the secret cannot be read ({error})") from error
    if not secret:
        raise ConfigError(f"{path}: expected a secret, got an empty file")
    return secret


def _explain(problem: str, kind: type) -> str:
    unknown = _UNKNOWN.fullmatch(problem)
    if unknown:
        path = unknown["path"] or ""
        known = ", ".join(sorted(_keys_at(kind, path)))
        return f"{_table(path)}: unknown key {unknown['key']!r}; known keys: {known}"
    found = _AT.fullmatch(problem)
    path, what = (found["path"] or "", found["what"]) if found else ("", problem)
    table, _, key = path.rpartition(".")
    return f"{_table(table)}{f': key {key!r}' if key else ''}: {what}"


def _table(path: str) -> str:
    inner = path.lstrip(".")
    return f"table [{inner}]" if inner else "top level"


def _keys_at(kind: Any, path: str) -> set[str]:  # a type taken apart at run time has no better type
    """Return the keys that the struct at a path such as `.mqtt.tls` or `.lots[...]` knows."""
    for step in re.findall(r"\.([A-Za-z_]\w*)|(\[[^\]]*\])", path):
        hints = get_type_hints(kind) if step[0] else {}
        kind = hints.get(step[0], kind) if step[0] else _inner(kind)
        kind = _struct_of(kind)
    return set(getattr(kind, "__struct_encode_fields__", ()))


def _inner(kind: Any) -> Any:
    arguments = [a for a in getattr(kind, "__args__", ()) if a is not Ellipsis]
    return arguments[-1] if arguments else kind


def _struct_of(kind: Any) -> Any:
    """Look through `X | None`, keeping containers for the next step."""
    choices = [a for a in getattr(kind, "__args__", ()) if hasattr(a, "__struct_fields__")]
    union = type(kind).__name__ in {"UnionType", "_UnionGenericAlias"}
    return choices[0] if union and choices else kind
