"""A kind of device: its name, how often it speaks and how its bytes are understood."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from device_profiles.dialogue import Dialogue
from device_profiles.protocols.thermal import Frame
from device_profiles.reading import Reading
from wire import Observation, Words


class Codec(Protocol):
    """Turns a reading into observations: a pure function, the same answer for the same reading."""

    def __call__(self, reading: Reading, /) -> Sequence[Observation]:
        """Return what the device said.

        Raises:
            DecodeError: the bytes are not understood; says what was expected and what came.
        """
        ...


class Picture(Protocol):
    """Takes a picture of warmth out of a reading; a profile folder with a codec.py brings one as its `frame`."""

    def __call__(self, reading: Reading, /) -> Frame:
        """Return the picture.

        Raises:
            DecodeError: the bytes are none.
        """
        ...


class Profile(Struct, frozen=True, kw_only=True):
    """One kind of device; a firmware whose bytes mean something else is part of the key, after an @.

    `heartbeat_s` is how often the device speaks when nothing happens; a device silent for more than
    `silent_after_s` is not believed any more. `dialogue` is there where the device must be asked, `frame` where it
    sends pictures of warmth. What a `private` device sends (a room, however coarse) is never kept as bytes: no
    quarantine, no recording. A `slow` profile's decode asks another process: it must not be called where others wait.
    `objects` are the LwM2M objects that the profile understands: the server observes those that a device registers.
    """

    key: str
    title: Words
    heartbeat_s: float
    silent_after_s: float
    decode: Codec
    dialogue: Dialogue | None = None
    frame: Picture | None = None
    private: bool = False
    slow: bool = False
    objects: frozenset[int] = frozenset()
