"""What is known of a tag: its reader's word, what is remembered over a restart, and what of it is news."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from wire import DeviceId, Event

Wait = Annotated[float, Meta(ge=1, le=604_800)]
Hold = Annotated[float, Meta(ge=0, le=3600)]
Often = Annotated[int, Meta(ge=1, le=100)]


class TagRuleSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a tag counts as gone, as back and as tampered with.

    A tag is absent when all its readers have gone on speaking for `absent_after_s` without seeing it; readers silent
    for `reader_silent_after_s` prove nothing. A tag that was absent is back when it has been seen for `debounce_s`.
    The tag's own tamper notification counts, either way, when it came `tamper_sightings` times in a row. A tag that
    stays where it is is written down every `heartbeat_s` only.
    """

    absent_after_s: Wait = 60.0
    reader_silent_after_s: Wait = 120.0
    debounce_s: Hold = 2.0
    tamper_sightings: Often = 2
    heartbeat_s: Wait = 3600.0


class Presence(StrEnum):
    """What everybody is told of a tag."""

    UNKNOWN = "unknown"
    PRESENT = "present"
    ABSENT = "absent"
    TAMPERED = "tampered"


class TagSighting(Struct, frozen=True, kw_only=True):
    """A reader sees a tag; `tampered` is the tag's own word, None where the reader does not report it."""

    reader: DeviceId
    now_ms: int
    tampered: bool | None = None


class TagFact(Struct, frozen=True, kw_only=True):
    """All that is remembered of a tag. Times are steady milliseconds of this run and are not believed after a restart.

    `seen`: by any of its readers, ever. `tampered`: what is believed of its own word, against which the last
    `against` sightings spoke. `back_since_ms`: when an absent tag was first seen again. `kept_ms`: when it was last
    written down. `raised`: whether an event about it is open.
    """

    presence: Presence = Presence.UNKNOWN
    seen: bool = False
    seen_ms: int = 0
    tampered: bool = False
    against: int = 0
    back_since_ms: int | None = None
    kept_ms: int | None = None
    raised: bool = False


class TagDecision(Struct, frozen=True, kw_only=True):
    """Something about a tag or a reader changed; `broken` is a seal's new state."""

    device: DeviceId
    presence: Presence | None = None
    broken: bool | None = None
    event: Event | None = None


class Verdict(Struct, frozen=True, kw_only=True):
    """What a sighting changes, and whether it is to be written down at all."""

    kept: bool
    decisions: tuple[TagDecision, ...] = ()
