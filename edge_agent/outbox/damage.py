"""What a damaged outbox cost, as far as it can be known."""

from pathlib import Path

from msgspec import Struct


class Damage(Struct, frozen=True, kw_only=True):
    """A damaged file was set aside as `aside` because of `reason`.

    `kept` rows were carried over into the fresh file, `lost` could not be read. `exact` is False where more may have
    been lost than could be counted, because the file no longer says how many rows it had.
    """

    reason: str
    aside: Path
    kept: int
    lost: int
    exact: bool
