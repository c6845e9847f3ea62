"""Puts into a profile what its family shares: the maker's frames, and the tags that the profile uses."""

from pathlib import Path
from typing import Final

from msgspec.structs import replace

from device_profiles.declared.document import Document, Family, Frame, Tag
from device_profiles.declared.read import read_family
from device_profiles.declared.spot import Spot

FOLDER: Final = "families"
"""Where shared frames lie: a folder of this name beside the profile's folder, else the product's own."""
EVERY: Final = "every"
"""The group of tags that each device of a family has."""
_OURS: Final = Path(__file__).parents[1] / FOLDER


def in_family(document: Document, spot: Spot) -> Document:
    """Return the document with its family's frames behind its own; one without a family as it is.

    Raises:
        ProfileError: there is no such family or group, or the profile has tags and no family that takes them.
    """
    if not document.family:
        if document.tag or document.uses:
            raise spot.error("family", "expected a family that takes the tags and groups")
        return document
    family = _family(document, spot)
    tags = _tags(document, family, spot)
    frames = tuple(_with_tags(frame, tags) for frame in family.frame)
    return replace(
        document,
        frame=(*document.frame, *frames),
        sources=(*document.sources, *family.sources),
        provisioning=document.provisioning or family.provisioning,
        family="",
        uses=(),
        tag=(),
    )


def _family(document: Document, spot: Spot) -> Family:
    folders = (spot.path.absolute().parents[1] / FOLDER, _OURS)
    file = f"{document.family}.toml"
    found = next((folder / file for folder in folders if (folder / file).is_file()), None)
    if found is None or Path(file).name != file:
        raise spot.error("family", f"expected {file} in {' or '.join(map(str, dict.fromkeys(folders)))}")
    return read_family(found)


def _tags(document: Document, family: Family, spot: Spot) -> tuple[Tag, ...]:
    """Return the profile's own tags, then those of its groups; an own tag takes the place of a shared one."""
    if (document.tag or document.uses) and not any(frame.tlv for frame in family.frame):
        raise spot.error("tag", f"expected a family with tags, got {document.family!r}")
    unknown = [group for group in document.uses if group not in family.tags]
    if unknown:
        raise spot.error("uses", f"expected groups of {', '.join(family.tags)}, got {', '.join(unknown)}")
    own = {value for tag in document.tag for value in tag.tags}
    groups = [EVERY] * (EVERY in family.tags) + list(document.uses)
    shared = (tag for group in groups for tag in family.tags[group])
    return (*document.tag, *(tag for tag in shared if not own & set(tag.tags)))


def _with_tags(frame: Frame, tags: tuple[Tag, ...]) -> Frame:
    return frame if frame.tlv is None else replace(frame, tlv=replace(frame.tlv, tag=(*frame.tlv.tag, *tags)))
