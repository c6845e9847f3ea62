"""What meters encrypt and how it is opened: AES-CBC with the meter's key or one derived from it, and AES-CTR."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from device_profiles.errors import DecodeError

BLOCK: Final = 16
_KEY_SIZE: Final = 16


class NoKeyError(DecodeError):
    """The telegram is encrypted, and there is no key for its meter."""


class WrongKeyError(DecodeError):
    """The telegram does not open with the key that there is."""


def checked_key(key: bytes | None, what: str) -> bytes:
    """Return the key that opens something.

    Raises:
        NoKeyError: there is none.
        DecodeError: it is not of AES-128.
    """
    if key is None:
        raise NoKeyError(
            f"expected a key, because {what}, got no key for this meter; put it into the keys file"
        )
    if len(key) != _KEY_SIZE:
        raise DecodeError(f"expected a key of {_KEY_SIZE} bytes, got {len(key)}")
    return key


def open_cbc(key: bytes, start: bytes, closed: bytes) -> bytes:
    """Return what AES-128-CBC hides in whole blocks; `start` is the initial vector.

    Raises:
        DecodeError: there is no AES here.
    """
    with _installed():
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    opener = Cipher(algorithms.AES(key), modes.CBC(start)).decryptor()
    return opener.update(closed) + opener.finalize()


def open_ctr(key: bytes, start: bytes, closed: bytes) -> bytes:
    """Return what AES-128-CTR hides; `start` is the first counter block.

    Raises:
        DecodeError: there is no AES here.
    """
    with _installed():
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    opener = Cipher(algorithms.AES(key), modes.CTR(start)).decryptor()
    return opener.update(closed) + opener.finalize()


def cmac(key: bytes, content: bytes) -> bytes:
    """Return the AES-CMAC of some octets (RFC 4493).

    Raises:
        DecodeError: there is no AES here.
    """
    with _installed():
        from cryptography.hazmat.primitives.ciphers import algorithms
        from cryptography.hazmat.primitives.cmac import CMAC
    maker = CMAC(algorithms.AES(key))
    maker.update(content)
    return maker.finalize()


@contextmanager
def _installed() -> Iterator[None]:
    """Say what to install where the package is missing; it is imported with the first telegram that is encrypted."""
    try:
        yield
    except ImportError as error:
        raise DecodeError("expected the package cryptography, to open it; install lilong[edge]") from error


def derived(key: bytes, purpose: int, counter: int, id_octets: bytes) -> bytes:
    """Return the key of one telegram (OMS 9.5.4): 00 to encrypt and 01 to authenticate what a meter sends."""
    block = bytes([purpose]) + counter.to_bytes(4, "little") + id_octets + bytes([7] * 7)
    return cmac(key, block)
