"""Weighs every profile by how much better it explains some frames than it explains noise."""

import math
from collections.abc import Iterable, Sequence
from random import Random
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from device_profiles.errors import DecodeError
from device_profiles.javascript import trying
from device_profiles.profile import Profile
from device_profiles.reading import Reading
from device_profiles.recognition.named import named_bits
from device_profiles.recognition.plausible import odd_one
from wire import Observation, Words

_TRIALS: Final = 48
_SLOW_TRIALS: Final = 4
_MOST_FRAMES: Final = 20
_ODD_BITS: Final = 4.0
_REFUSED_BITS: Final = 6.0


class Guess(Struct, frozen=True, kw_only=True):
    """A profile that could be right: how many of the frames it understands, and what they would mean.

    `bits` is the evidence: 1 bit more means that chance alone is half as likely. `odd` are values that no device in
    order would send; `preview` is what the newest understood frame says.
    """

    key: str
    title: Words
    understood: int
    frames: int
    bits: float
    odd: tuple[Observation, ...] = ()
    preview: tuple[Observation, ...] = ()


def guess(
    frames: Sequence[Reading], profiles: Iterable[Profile], *, called: str = "", most: int = 3
) -> list[Guess]:
    """Return the likeliest profiles of the device that sent these frames (the newest last), the likeliest first.

    `called` is what people or a network server call the device. Profiles that understand none of the frames, or
    make nothing of them, are left out; so are those for which chance explains it as well, and vendors' codecs that
    refuse the newest frame.
    """
    if not frames:
        return []
    distinct = list({(one.payload, one.port, one.format): one for one in frames}.values())[-_MOST_FRAMES:]
    found = [one for one in (_weighed(distinct, profile, called) for profile in profiles) if one is not None]
    return sorted(found, key=lambda one: (-one.bits, one.key))[:most]


def _weighed(frames: Sequence[Reading], profile: Profile, called: str) -> Guess | None:
    if profile.slow and not _decoded(profile, frames[-1]):
        return None  # hundreds of vendors' codecs are asked: most are done with after the newest frame
    rows = [_decoded(profile, frame) for frame in frames]
    understood = [at for at, said in enumerate(rows) if said]
    if not understood:
        return None
    odd = tuple(row for at in understood for row in rows[at] or () if odd_one(row))
    bits = sum(_surprise(profile, frames[at]) for at in understood)
    bits -= _REFUSED_BITS * rows.count(None) + _ODD_BITS * len(odd)
    bits += named_bits(called, profile)
    if bits <= 0:
        return None
    return Guess(
        key=profile.key,
        title=profile.title,
        understood=len(understood),
        frames=len(frames),
        bits=round(bits, 1),
        odd=odd,
        preview=tuple(rows[understood[-1]] or ()),
    )


def _decoded(profile: Profile, frame: Reading) -> Sequence[Observation] | None:
    """Return what a frame means, None if it is refused."""
    try:
        with trying():
            return profile.decode(frame)
    except DecodeError:
        return None


def _surprise(profile: Profile, frame: Reading) -> float:
    """Return the bits by which this frame's being understood is more than luck.

    The profile is shown noise of the same length, and the frame with one byte changed or on another port: one that
    understands these as well has said nothing.
    """
    dice = Random(len(frame.payload))
    trials = _SLOW_TRIALS if profile.slow else _TRIALS
    lucky = sum(bool(_decoded(profile, _noise(frame, dice, turn))) for turn in range(trials))
    return math.log2((trials + 1) / (lucky + 1))


def _noise(frame: Reading, dice: Random, turn: int) -> Reading:
    size = len(frame.payload)
    if turn % 3 == 0 and size:
        changed = bytearray(frame.payload)
        changed[dice.randrange(size)] ^= dice.randrange(1, 256)
        return replace(frame, payload=bytes(changed))
    if turn % 3 == 1 and frame.port is not None:
        return replace(frame, port=dice.randrange(1, 224))
    return replace(frame, payload=dice.randbytes(size))
