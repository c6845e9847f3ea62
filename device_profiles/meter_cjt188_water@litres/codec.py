"""Water meters of CJ/T 188 whose totals in litres (unit 29) are whole litres, not hundredths as in the standard."""

from collections.abc import Sequence

from device_profiles import Reading
from device_profiles.protocols.cjt188 import Cjt188Dialogue, Family, observations
from wire import Observation

dialogue = Cjt188Dialogue(0x10)


def decode(reading: Reading, /) -> Sequence[Observation]:
    """Return what the meter said."""
    return observations(reading, Family.WATER, litre_decimals=0)
