"""An RFID tag or seal that the site plan knows, and its link to a meter and a dwelling."""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from wire.errors import WireError
from wire.ids import DeviceId, PlaceId, device_id

_HEX: Final = re.compile(r"(?:[0-9a-f]{4}){2,31}")
_BETWEEN: Final = str.maketrans("", "", " :-")
_PREFIX: Final = "tag:"


class TagKind(StrEnum):
    """What a tag is for: it names the meter that it sticks to, or it seals it."""

    IDENTITY = "identity"
    SEAL = "seal"


class PlannedTag(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One tag: `id` is what its EPC memory holds, or its TID, in hexadecimal.

    It belongs to a meter (its device id) in a dwelling, and each of `readers` should see it.
    """

    id: str
    kind: TagKind
    meter: DeviceId
    dwelling: PlaceId
    readers: tuple[DeviceId, ...]

    @property
    def device(self) -> DeviceId:
        """The id under which the tag is observed."""
        return tag_device(self.id)


def tag_device(digits: str) -> DeviceId:
    """Return the device id of a tag, given what names it in hexadecimal."""
    return DeviceId(_PREFIX + digits.lower())


def is_tag(device: DeviceId) -> bool:
    """Say whether the device is an RFID tag."""
    return device.startswith(_PREFIX)


def checked_tag(tag: PlannedTag) -> PlannedTag:
    """Return the tag with its ids in the form in which they are kept.

    Raises:
        WireError: an id has no such form, or a link is missing; says which.
    """
    digits = tag.id.translate(_BETWEEN).lower()
    if not _HEX.fullmatch(digits):
        raise WireError(
            f"tag {tag.id!r}: expected 8 to 124 hexadecimal digits in whole words of four, as its reader reports them"
        )
    readers = tuple(device_id(reader) for reader in tag.readers)
    if not readers or len(set(readers)) != len(readers):
        raise WireError(
            f"tag {tag.id!r}: expected the readers that should see it, each once, got {list(readers)}"
        )
    _check_names(tag.id, (tag.meter, *readers))
    return replace(tag, id=digits, meter=device_id(tag.meter), readers=readers)


def _check_names(tag: str, names: Iterable[str]) -> None:
    for name in names:
        if not name or not name.isprintable() or name != name.strip():
            raise WireError(f"tag {tag!r}: expected the ids of its meter and readers, got {name!r}")
