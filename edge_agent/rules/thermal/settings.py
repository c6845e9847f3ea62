"""When somebody is there, lies still and has fallen: the operator's numbers for thermal arrays."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

Seconds = Annotated[float, Meta(gt=0, le=86_400)]


class Mount(StrEnum):
    """Where the array hangs: on a wall a fall goes down in the view, under the ceiling a body becomes longer."""

    WALL = "wall"
    CEILING = "ceiling"


class ThermalSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table [rules.thermal].

    A warm area is a body from `warmer_k` kelvin above the empty room and `least_share` of the view. A fall is a drop
    by `fall_drop` of the view's height within `fall_within_s` to a body wider than high, and then `fall_still_s`
    without getting up. A stillness is told every `still_every_s` while it lasts.
    """

    mount: Mount = Mount.WALL
    warmer_k: Annotated[float, Meta(gt=0, le=20)] = 1.5
    least_share: Annotated[float, Meta(gt=0, le=0.5)] = 0.02
    present_after_s: Seconds = 2.0
    absent_after_s: Seconds = 60.0
    fall_drop: Annotated[float, Meta(gt=0, le=1)] = 0.18
    fall_within_s: Seconds = 2.5
    fall_still_s: Seconds = 20.0
    still_every_s: Seconds = 300.0
