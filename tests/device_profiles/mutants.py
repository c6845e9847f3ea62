"""Frames near those that a profile understands: every field at its edges, every bit, every tag with any value."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import device_profiles
from device_profiles.declared import Document, Spot, in_family, read_document
from device_profiles.quality import golden_of

Frame = tuple[int | None, bytes]
_SHELF: Final = Path(device_profiles.__path__[0])
_BYTES: Final = (
    *range(6),
    8,
    10,
    0x0F,
    0x10,
    0x20,
    0x40,
    0x64,
    0x65,
    0x7D,
    0x7F,
    0x80,
    0xC8,
    0xFD,
    0xFE,
    0xFF,
)
_PAIRS: Final = tuple(
    bytes.fromhex(one)
    for one in ["0000", "ffff", "7fff", "ff7f", "8000", "0080", "feff", "fdff", "fffe", "fffd"]
)
_LONGEST: Final = 64
_TANGLED: Final = 120
_OF_A_TAG: Final = 30


def frames_near(key: str, most: int) -> Sequence[Frame]:
    """Return the golden readings of a profile and up to `most` frames made of them, always the same ones."""
    path = _SHELF / key / "profile.toml"
    document = in_family(read_document(path), Spot(path=path))
    trials = (*document.tests, *golden_of(path.parent).values())
    seeds = dict.fromkeys((one.port, bytes.fromhex(one.hex)) for one in trials if one.hex)
    dice = random.Random(7)
    made = [frame for seed in seeds for frame in _near(seed, dice)]
    made += [(port, payload) for port in {port for port, _ in seeds} for payload in _of_tags(document, dice)]
    others = [one for one in dict.fromkeys(made) if one not in seeds]
    return [*seeds, *(others if len(others) <= most else dice.sample(others, most))]


def _near(seed: Frame, dice: random.Random) -> Iterator[Frame]:
    port, payload = seed
    for at, octet in enumerate(payload[:_LONGEST]):
        before, after = payload[:at], payload[at + 1 :]
        values = range(256) if at < 4 else (*_BYTES, *(octet ^ (1 << bit) for bit in range(8)))
        yield from ((port, before + bytes([value]) + after) for value in values)
        if after:
            yield from ((port, before + pair + after[1:]) for pair in _PAIRS)
    for _ in range(_TANGLED):
        share = dice.random()
        yield port, bytes(_any(dice) if dice.random() < share else octet for octet in payload)


def _of_tags(document: Document, dice: random.Random) -> Iterator[bytes]:
    """Give each tag alone, with any value of its length."""
    for tlv in (frame.tlv for frame in document.frame if frame.tlv is not None):
        for tag in tlv.tag:
            width = sum(field.width for field in tag.field if field.at is None)
            for number in tag.tags:
                for _ in range(_OF_A_TAG):
                    yield number.to_bytes(tlv.tag_width, "big") + bytes(_any(dice) for _ in range(width))


def _any(dice: random.Random) -> int:
    return dice.choice((dice.randrange(256), dice.choice(_BYTES)))
