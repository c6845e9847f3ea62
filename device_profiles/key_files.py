"""Keys of devices that encrypt, read from files that nobody else may read; no error ever shows what stands in them."""

import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from device_profiles.errors import ProfileError
from device_profiles.reading import Key

_SIZES: Final = (16, 32)
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def read_key(path: Path) -> Key:
    """Read a file that holds one key in hexadecimal digits.

    Raises:
        ProfileError: it cannot be read, others may read it, or it holds no key.
    """
    return _key(_private_text(path).strip(), str(path))


def read_keys(path: Path) -> Mapping[str, Key]:
    """Read a TOML file of device = "key in hexadecimal digits" lines.

    Raises:
        ProfileError: it cannot be read, others may read it, it is no TOML, or a key is none.
    """
    try:
        table = tomllib.loads(_private_text(path))
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{path}: not TOML: {error}") from None
    found = {}
    for device, digits in table.items():
        where = f"{path}: key {device!r}"
        if not isinstance(digits, str):
            raise ProfileError(
                f'{where}: expected the key as text, "00112233...", got {type(digits).__name__}'
            )
        found[device] = _key(digits, where)
    return found


def _private_text(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        text = path.read_bytes().decode()
    except OSError as error:
        raise ProfileError(f"{path}: the keys cannot be read ({error.strerror})") from error
    except UnicodeDecodeError:
        raise ProfileError(f"{path}: expected UTF-8 text") from None
    if mode & _OTHERS:
        raise ProfileError(
            f"{path}: expected a file that nobody else may read, got mode {stat.S_IMODE(mode):04o}; "
            f"run: chmod 600 {path}"
        )
    return text


def _key(digits: str, where: str) -> Key:
    wrong = f"expected 32 or 64 hexadecimal digits, got {len(digits)} characters"
    try:
        octets = bytes.fromhex(digits)
    except ValueError:
        raise ProfileError(f"{where}: {wrong}") from None
    if len(octets) not in _SIZES:
        raise ProfileError(f"{where}: {wrong}")
    return Key(octets)
