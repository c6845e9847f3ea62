"""What a device said about its bay, gathered from the rows of one reading."""

from collections.abc import Iterable
from typing import Final

from edge_agent.rules.field import FieldReading, Vector
from wire import DeviceId, Observation, PropertyName, Stream, TimeTrust

OCCUPIED: Final = PropertyName("parking.occupied")
_STARTED: Final = PropertyName("device.started")
_TEMPERATURE: Final = PropertyName("device.temperature")
_AXES: Final = ("x", "y", "z")
_COUNTS_A_TESLA: Final = 1.09e7
_SCALES: Final = {
    PropertyName(f"magnetic.{axis}"): (axis, _COUNTS_A_TESLA) for axis in _AXES
} | {PropertyName(f"magnetic.raw_{axis}"): (axis, 1.0) for axis in _AXES}  # fmt: skip


class Spoken:
    """One device's part of a reading that concerns its bay."""

    __slots__ = ("axes", "occupied", "row", "started", "temperature_c")

    def __init__(self, row: Observation) -> None:
        """Start with the row that made it worth gathering; the row tells the time."""
        self.row = row
        self.occupied: bool | None = None
        self.temperature_c: float | None = None
        self.started = False
        self.axes: dict[str, float] = {}

    def reading(self, at_ms: int) -> FieldReading:
        """Return it as the field rule takes it; a field counts only with all three axes."""
        return FieldReading(
            at_ms=at_ms,
            occupied=self.occupied,
            field=self._field(),
            temperature_c=self.temperature_c,
            started=self.started,
        )

    def by_device(self) -> bool:
        """Whether the time is the device's own."""
        return self.row.trust is TimeTrust.DEVICE

    def _field(self) -> Vector | None:
        if len(self.axes) < len(_AXES):
            return None
        return self.axes["x"], self.axes["y"], self.axes["z"]

    def take(self, row: Observation) -> None:
        """Take one row of the device."""
        value = row.value
        if row.property == OCCUPIED:
            self.row, self.occupied = row, bool(value)
        elif row.property == _STARTED:
            self.started = True
        elif isinstance(value, (int, float)):
            if row.property == _TEMPERATURE:
                self.temperature_c = float(value)
            elif row.property in _SCALES:
                axis, scale = _SCALES[row.property]
                self.axes[axis] = float(value) * scale


def gather(rows: Iterable[tuple[Stream, Observation]]) -> dict[DeviceId, Spoken]:
    """Return what each device said that concerns its bay; devices that said nothing of the kind are left out."""
    found: dict[DeviceId, Spoken] = {}
    for _, row in rows:
        name = row.property
        if name == OCCUPIED or name in _SCALES or name in (_TEMPERATURE, _STARTED):
            spoken = found.get(row.device)
            if spoken is None:
                spoken = found[row.device] = Spoken(row)
            spoken.take(row)
    return found
