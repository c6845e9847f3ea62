"""A vendor's codec as text, and the functions that it may have."""

import hashlib
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from device_profiles.errors import ProfileError

MOST_BYTES = 2_000_000
"""The longest source that is taken."""


class Entry(StrEnum):
    """Which function of a codec is called.

    `uplink` and `encode` take the first that is there: TS013's decodeUplink and encodeDownlink, ChirpStack v3's Decode
    and Encode, The Things Stack v2's Decoder and Encoder.
    """

    UPLINK = "uplink"
    ENCODE = "encode"
    DECODE_UPLINK = "decodeUplink"
    ENCODE_DOWNLINK = "encodeDownlink"
    DECODE_DOWNLINK = "decodeDownlink"
    NORMALIZE_UPLINK = "normalizeUplink"
    DECODE = "Decode"
    DECODER = "Decoder"
    ENCODER_V3 = "Encode"
    ENCODER_V2 = "Encoder"


class Script:
    """A codec's source, read when it is first needed; equal sources have equal keys."""

    def __init__(self, path: Path, source: str | None = None) -> None:
        """Name the file; a `source` that is given stands for what is in it."""
        self.path = path
        self._given = source

    @cached_property
    def source(self) -> str:
        """The text of the file.

        Raises:
            ProfileError: it cannot be read, is no UTF-8 or too long.
        """
        if self._given is not None:
            return self._given
        try:
            octets = self.path.read_bytes()
            if len(octets) > MOST_BYTES:
                raise ProfileError(f"{self.path}: expected at most {MOST_BYTES} bytes, got {len(octets)}")
            return octets.decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise ProfileError(f"{self.path}: {error}") from error

    @cached_property
    def key(self) -> bytes:
        """What stands for the source: the first 16 bytes of its SHA-256."""
        return hashlib.sha256(self.source.encode()).digest()[:16]
