"""Where a value stands in an LwM2M device: object, instance, resource and, in a list, its place."""

import re
from typing import Final

from msgspec import Struct

from device_profiles.errors import DecodeError

_PATH: Final = re.compile(r"/?(\d{1,5})(?:/(\d{1,5}))?(?:/(\d{1,5}))?(?:/(\d{1,5}))?/?")
_HIGHEST: Final = 65_534  # 65535 is reserved (LwM2M 1.1 core, 7.1)


class Path(Struct, frozen=True, kw_only=True, order=True):
    """An object, or something within it; `member` is the place in a resource that holds several values."""

    object: int
    instance: int | None = None
    resource: int | None = None
    member: int | None = None

    def __str__(self) -> str:
        """Write it as a device does: /3431/0/1."""
        return "".join(f"/{part}" for part in self.parts)

    @property
    def parts(self) -> tuple[int, ...]:
        """The numbers, as many as there are."""
        given = (self.object, self.instance, self.resource, self.member)
        return tuple(part for part in given if part is not None)

    @property
    def kind(self) -> str:
        """Say what the value is, whichever instance it stands in: "3431/1"."""
        return f"{self.object}/{self.resource}"


def read_path(text: str) -> Path:
    """Return the path that a text writes.

    Raises:
        DecodeError: it is none, or has a number that LwM2M does not allow.
    """
    found = _PATH.fullmatch(text)
    parts = [int(part) for part in found.groups() if part is not None] if found else []
    if not parts or max(parts) > _HIGHEST:
        raise DecodeError(f"expected an LwM2M path like /3431/0/1, got {text[:60]!r}")
    return made_path(*parts)


def made_path(*parts: int) -> Path:
    """Return the path of one to four numbers."""
    object_, instance, resource, member = (*parts, None, None, None)[:4]
    assert object_ is not None
    return Path(object=object_, instance=instance, resource=resource, member=member)
