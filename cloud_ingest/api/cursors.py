"""Cursors: where a page ended, sealed so that nobody can read, change or swap them between questions."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from typing import Any, Final

import msgspec

_SEAL_BYTES: Final = 12

Key = tuple[Any, ...]
"""The sort key of a page's last row: numbers and texts, in the order of the ORDER BY."""


class CursorError(Exception):
    """A cursor that this server did not give for this question."""


class CursorSeal:
    """Seals and opens cursors with HMAC-SHA-256 cut to 96 bits.

    Without a secret it draws its own: cursors then end with the process, and several processes do not know each
    other's.
    """

    def __init__(self, secret: bytes | None = None) -> None:
        """Take the secret, or draw one."""
        self._secret = secret or secrets.token_bytes(32)

    def seal(self, key: Key, question: str) -> str:
        """Give the cursor for the rows of a question after a key."""
        packed = msgspec.msgpack.encode(key)
        return _text(self._mac(packed, question) + packed)

    def open(self, cursor: str, question: str, kind: type[Key] | Any) -> Key:
        """Return the key in a cursor.

        Raises:
            CursorError: the cursor is not whole, not ours, or belongs to another question.
        """
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise CursorError("not base64url") from error
        seal, packed = raw[:_SEAL_BYTES], raw[_SEAL_BYTES:]
        if _text(raw) != cursor:
            raise CursorError("not written as this server writes it")
        if not hmac.compare_digest(seal, self._mac(packed, question)):
            raise CursorError("not sealed by this server for this question")
        try:
            key: Key = msgspec.msgpack.decode(packed, type=kind)
        except msgspec.MsgspecError as error:
            raise CursorError("sealed by another version of this server") from error
        return key

    def _mac(self, packed: bytes, question: str) -> bytes:
        text = question.encode() + b"\0" + packed
        return hmac.digest(self._secret, text, hashlib.sha256)[:_SEAL_BYTES]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def question_of(path: str, query: Iterable[tuple[str, str]]) -> str:
    """Name a question without its page: its path and its parameters but `cursor` and `limit`."""
    parts = sorted(f"{name}={text}" for name, text in query if name not in ("cursor", "limit"))
    return "\n".join([path, *parts])
