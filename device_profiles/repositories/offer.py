"""What a repository offers of one device: who it is, its codec, and examples of what it sends."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from msgspec import Struct

Json = object


class Example(Struct, frozen=True, kw_only=True):
    """One uplink of a repository, and what the codec and its normalizer are said to answer, if it is said."""

    text: str
    payload: bytes
    port: int | None = None
    answer: Mapping[str, Json] | None = None
    normal: Mapping[str, Json] | None = None


class Said(Struct, frozen=True, kw_only=True):
    """What a repository says of a field beside its name: its unit, and the words that it may be."""

    unit: str = ""
    words: Sequence[str] = ()


class Offer(Struct, frozen=True, kw_only=True):
    """A device with one codec; `firmwares` are those that speak it, `names` what network servers call it.

    `place` is where the codec stands in the repository, for people.
    """

    vendor: str
    device: str
    title: str
    firmwares: Sequence[str]
    codec: Path
    place: str
    examples: Sequence[Example]
    fields: Mapping[str, Said] = {}
    names: Sequence[str] = ()


class Refused(Struct, frozen=True, kw_only=True):
    """A device of a repository that cannot be offered, and why."""

    vendor: str
    device: str
    reason: str


class Repository(Protocol):
    """A checkout of a repository."""

    @property
    def root(self) -> Path:
        """Its folder."""
        ...

    @property
    def title(self) -> str:
        """What people call it."""
        ...

    @property
    def mark(self) -> str:
        """What its profiles' keys end in, so that they are nobody else's."""
        ...

    def offers(self, vendor: str, device: str) -> Iterator[Offer | Refused]:
        """Give its devices; `vendor` and `device` choose, empty means all."""
        ...


def within(path: Path, root: Path) -> bool:
    """Say whether a path that a repository names is a file of the repository."""
    return path.is_file() and path.resolve().is_relative_to(root.resolve())
