"""Squeezes bytes with zstd and back, for any number of threads at once."""

from collections import deque
from typing import Final

import zstandard

from wire.errors import WireError

_LEVEL: Final = 3
_MOST_UNPACKED: Final = 4 * 1024 * 1024
_ZSTD: Final = b"\x28\xb5\x2f\xfd"

# A zstd context serves one call at a time and lets other threads run meanwhile: shared, it mixes their bytes up, or
# crashes. Making one takes 20 µs and squeezing a batch 5 µs, so each call borrows one; a deque's append and pop are
# atomic.
_squeezers: deque[zstandard.ZstdCompressor] = deque()
_unsqueezers: deque[zstandard.ZstdDecompressor] = deque()


def squeeze(raw: bytes) -> bytes:
    """Return one zstd frame with its size and checksum in it."""
    try:
        squeezer = _squeezers.pop()
    except IndexError:
        squeezer = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
    squeezed = squeezer.compress(raw)
    _squeezers.append(squeezer)
    return squeezed


def unsqueeze(raw: bytes) -> bytes:
    """Return what was squeezed, or the bytes themselves where they never were.

    Raises:
        WireError: the frame is damaged, or would take too much memory.
    """
    if not raw.startswith(_ZSTD):
        return raw
    try:
        return _unsqueezed(raw)
    except zstandard.ZstdError as error:
        raise WireError(f"expected a whole zstd frame: {error}") from error


def _unsqueezed(raw: bytes) -> bytes:
    size = zstandard.frame_content_size(raw)
    if not 0 <= size <= _MOST_UNPACKED:
        raise WireError(f"expected at most {_MOST_UNPACKED} bytes unpacked, got {size}")
    try:
        unsqueezer = _unsqueezers.pop()
    except IndexError:
        unsqueezer = zstandard.ZstdDecompressor()
    unsqueezed = unsqueezer.decompress(raw, max_output_size=_MOST_UNPACKED)
    _unsqueezers.append(unsqueezer)
    return unsqueezed
