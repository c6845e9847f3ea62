"""A keys file is read where it is its owner's alone, and no error shows what stands in it."""

from pathlib import Path

import pytest

from device_profiles import ProfileError, read_key, read_keys

DIGITS = "000102030405060708090a0b0c0d0e0f"


def written(folder: Path, text: str | bytes, mode: int = 0o600) -> Path:
    path = folder / "keys.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(mode)
    return path


def test_each_device_has_its_key(tmp_path: Path) -> None:
    keys = read_keys(written(tmp_path, f'"12345678" = "{DIGITS}"\nother = "{DIGITS.upper()}"\n'))
    assert {device: key.octets for device, key in keys.items()} == dict.fromkeys(
        ("12345678", "other"), bytes(range(16))
    )


def test_one_key_stands_alone_in_its_file(tmp_path: Path) -> None:
    assert read_key(written(tmp_path, DIGITS + "\n")).octets == bytes(range(16))
    assert read_key(written(tmp_path, DIGITS * 2)).octets == bytes(range(16)) * 2


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o601])
def test_a_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = written(tmp_path, f'"1" = "{DIGITS}"', mode)
    with pytest.raises(ProfileError, match=f"mode {mode:04o}; run: chmod 600 {path}"):
        read_keys(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f'"1" = "{DIGITS}00"', "32 or 64 hexadecimal digits, got 34 characters"),
        (f'"1" = "{DIGITS[:-1]}g"', "32 or 64 hexadecimal digits, got 32 characters"),
        ('"1" = 4660', "expected the key as text"),
        (f'[table]\n"1" = "{DIGITS}"', "expected the key as text"),
        (f'"1" = {DIGITS}', "not TOML"),
        (f'"1" = "{DIGITS}"\n"1" = "{DIGITS}"', "not TOML"),
        (b"\xff\x00\x01", "expected UTF-8 text"),
    ],
)
def test_what_is_no_key_is_refused_without_showing_it(tmp_path: Path, text: str | bytes, words: str) -> None:
    with pytest.raises(ProfileError, match=words) as refused:
        read_keys(written(tmp_path, text))
    assert DIGITS[:8] not in str(refused.value)
    assert "4660" not in str(refused.value)
    assert refused.value.__cause__ is None or "000102" not in str(refused.value.__cause__)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="cannot be read"):
        read_keys(tmp_path / "none.toml")
