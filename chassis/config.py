"""Reading a TOML file into a typed struct, with errors that name file, table and key."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

from chassis.complaint import complain
from chassis.errors import ConfigError

T = TypeVar("T")


def read_config(path: Path, kind: type[T]) -> T:
    """Read a TOML file as `kind`.

    Raises:
        ConfigError: the file is missing, is no TOML, or a key is unknown, missing or of the wrong type.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")  # some editors begin a file with a mark
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read ({error}); name an existing file") from error
    return parse_config(text, kind, name=str(path))


def parse_config(text: str, kind: type[T], *, name: str) -> T:
    """Read TOML text as `kind`; `name` is what errors call it.

    Raises:
        ConfigError: the text is no TOML, or a key is unknown, missing or of the wrong type.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name}: not TOML: {error}") from error
    try:
        return msgspec.convert(tables, kind)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{name}: {complain(str(error), kind, tables)}") from error


@contextmanager
def blaming(name: str | Path) -> Iterator[None]:
    """Name the file in what is found wrong with its settings later than by reading it."""
    try:
        yield
    except ConfigError as error:
        raise ConfigError(f"{name}: {error}") from error


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
