"""What a telegram says beyond its headers: records, and words for what is set in the meter's state."""

from collections.abc import Sequence

from msgspec import Struct

from device_profiles.protocols.mbus import Address, Records


class Said(Struct, frozen=True, kw_only=True):
    """Records, state words, and where the manufacturer hides it elsewhere, whose they are.

    `tells` are all state words that such a telegram can say: one that is missing from `states` is not so. `understood`
    are the bits of the status byte that the words already tell of.
    """

    records: Records
    states: Sequence[str] = ()
    tells: Sequence[str] = ()
    meter: Address | None = None
    error: str = ""
    understood: int = 0
