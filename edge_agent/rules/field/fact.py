"""What is remembered of a bay's magnetic field: of fixed size, and the whole of what the next reading needs."""

from enum import StrEnum

from msgspec import Struct

from wire import Sight

Vector = tuple[float, float, float]
"""X, Y and Z in counts of a sensor with 1090 counts a gauss; other units are brought to these."""

ORIGIN: Vector = (0.0, 0.0, 0.0)


class Suspicion(StrEnum):
    """Why a technician should look at a sensor."""

    STUCK = "stuck"
    FROZEN = "frozen"
    DRIFTING = "drifting"


class Ground(Struct, frozen=True, kw_only=True):
    """A field at which the bay has rested: one of its backgrounds, or a vehicle's.

    `field` was measured at `temperature_c` on average and varies by `spread` (variance of an axis). `visits` counts
    returns, `said_free` and `said_occupied` what the node said when it came to rest here; all three fade.
    """

    field: Vector
    temperature_c: float
    spread: float
    readings: float = 1.0
    visits: float = 1.0
    said_free: float = 0.0
    said_occupied: float = 0.0
    seen_ms: int = 0


class Trust(Struct, frozen=True, kw_only=True):
    """How often each word of the node proved right, judged when a stay is over; old counts fade."""

    free_right: float = 8.0
    free_wrong: float = 0.25
    occupied_right: float = 8.0
    occupied_wrong: float = 0.25


class FieldFact(Struct, frozen=True, kw_only=True):
    """All that is remembered of a bay's field, also over a restart; the newest reading first, then what was learned.

    `field` was measured at `field_ms` and `field_c`, and `moved` is how large its newest step was. `here` is the ground
    of the newest reading, `stay_*` the first reading of the present stay, `repeats` for how many readings the field has
    been the same to the count, and `most_repeats` for how many it ever was before it moved again. `slope` is counts a
    degree, with variance `slope_var`; `noise` is a variance, `shift` how far a vehicle moves the field, `leaks` what a
    vehicle in each of the neighbouring bays (`beside`) adds here, with the variance `leak_var`; `stay_ms` is how long
    the bay usually stays as it is. `unheard` counts steps of the field since the node's word last changed. `doubted`
    holds after a restart of the node, until the field is found at a known background. `odds` is the log-odds of an
    occupied bay. `told_*` is what was last published.
    """

    at_ms: int = 0
    word: bool | None = None
    word_since_ms: int = 0
    field: Vector = ORIGIN
    field_ms: int = 0
    field_c: float = 0.0
    moved: float = 0.0
    moved_ms: int = 0
    temperature_c: float | None = None
    temperature_ms: int = 0
    readings: int = 0
    gap_ms: float = 0.0
    here: int = -1
    stay_field: Vector = ORIGIN
    stay_temperature_c: float = 0.0
    stay_since_ms: int = 0
    repeats: int = 0
    most_repeats: int = 0
    repeats_low_c: float = 0.0
    repeats_high_c: float = 0.0
    slope: Vector = ORIGIN
    slope_var: float = 100.0
    noise: float = 36.0
    shift: float = 250.0
    beside: tuple[bool, ...] = ()
    leaks: tuple[Vector, ...] = ()
    leak_var: float = 400.0
    stay_ms: float = 0.0
    grounds: tuple[Ground, ...] = ()
    main: int = 0
    trust: Trust = Trust()
    unheard: int = 0
    doubted: bool = False
    odds: float = 0.0
    sight: Sight = Sight.UNKNOWN
    told: Sight | None = None
    told_quality: int = -1
    told_ms: int = 0


class FieldReading(Struct, frozen=True, kw_only=True):
    """What a node said at one time, as far as it said it: its word, the field, the temperature, that it started."""

    at_ms: int
    occupied: bool | None = None
    field: Vector | None = None
    temperature_c: float | None = None
    started: bool = False


class Around(Struct, frozen=True, kw_only=True):
    """What happens beside a bay: which of its neighbours are occupied, in a fixed order, and how large the largest
    step of their fields was in the last minutes, in counts at their own sensors (0 = none)."""

    occupied: tuple[bool, ...] = ()
    together: float = 0.0


ALONE = Around()
