"""Which bays lie side by side: by the floor plan where it says where bays are, else by their order in the list."""

from typing import Final

from wire import Bay, DeviceId, Floor, SitePlan

_BESIDE: Final = 1.4
"""Middles of bays side by side are one bay's width apart, and a little more where a pillar stands between."""
_MOST: Final = 4


def neighbours_of(plan: SitePlan) -> dict[DeviceId, tuple[DeviceId, ...]]:
    """Return the devices in the bays beside each device's bay."""
    found: dict[DeviceId, tuple[DeviceId, ...]] = {}
    for lot in plan.lots:
        for floor in lot.floors:
            found |= _on(floor)
    return found


def _on(floor: Floor) -> dict[DeviceId, tuple[DeviceId, ...]]:
    found = {}
    for index, bay in enumerate(floor.bays):
        if bay.device is None:
            continue
        near = floor.bays[max(0, index - 1) : index] + floor.bays[index + 1 : index + 2]
        if bay.at is not None:
            middle = _middle(bay)
            near = tuple(
                other for other in floor.bays if other is not bay and _apart(middle, other) <= _BESIDE
            )
        found[bay.device] = tuple(other.device for other in near if other.device is not None)[:_MOST]
    return found


def _middle(bay: Bay) -> tuple[float, float]:
    x, y = bay.at or (0.0, 0.0)
    return (x + 1.0, y + 0.5) if bay.turned else (x + 0.5, y + 1.0)


def _apart(middle: tuple[float, float], other: Bay) -> float:
    if other.at is None:
        return float("inf")
    x, y = _middle(other)
    return float(((x - middle[0]) ** 2 + (y - middle[1]) ** 2) ** 0.5)
