"""Tells the field rule what a bay lives through, hour by hour, with a sensor that drifts and is a little noisy."""

import math

from edge_agent.rules.field import FieldFact, FieldReading, FieldRule, Opinion, Vector
from wire import DeviceId, Sight

START = 1_760_000_000_000
HOUR = 3_600_000
SENSOR = DeviceId("70b3d57ed0000001")
EMPTY: Vector = (120.0, -340.0, -280.0)
CARS: tuple[Vector, ...] = (
    (180.0, -90.0, 150.0),
    (-120.0, 200.0, 60.0),
    (60.0, 140.0, -210.0),
    (-90.0, -160.0, 190.0),
    (240.0, 30.0, 80.0),
)


class Story:
    """A bay with its sensor; time passes as it is told."""

    def __init__(
        self, rule: FieldRule | None = None, *, slope: float = 0.0, sensor: DeviceId = SENSOR
    ) -> None:
        self.rule = rule or FieldRule([sensor])
        self.sensor, self.slope = sensor, slope
        self.hours = 0.0
        self.told = 0
        self.warm_c = 15.0

    def says(
        self,
        occupied: bool | None,
        car: Vector | None = None,
        *,
        after_h: float = 2.0,
        empty: Vector = EMPTY,
        started: bool = False,
    ) -> Opinion:
        """Let the node speak: its word, and the field of the empty bay with or without a car."""
        self.hours += after_h
        self.told += 1
        reading = FieldReading(
            at_ms=self.now_ms,
            occupied=occupied,
            field=self.field(car, empty),
            temperature_c=self.warm_c,
            started=started,
        )
        self.rule.heard(self.sensor, reading, self.now_ms)
        return self.opinion

    def field(self, car: Vector | None, empty: Vector = EMPTY) -> Vector:
        x, y, z = (
            empty[axis]
            + (car[axis] if car else 0.0)
            + self.slope * (self.warm_c - 15.0)
            + 4.0 * math.sin(1.7 * self.told + axis)
            for axis in range(3)
        )
        return float(round(x)), float(round(y)), float(round(z))

    def lives(self, days: int) -> None:
        """Let a node that works tell of some days: two cars a day, a heartbeat every two hours, warm afternoons."""
        for day in range(days):
            for part in range(12):
                self.warm_c = 15.0 + 6.0 * math.sin(2 * math.pi * part / 12) + 0.1 * day
                parked = part in (2, 3, 7, 8, 9)
                self.says(parked, CARS[(2 * day + (part > 5)) % len(CARS)] if parked else None)

    @property
    def now_ms(self) -> int:
        return START + round(self.hours * HOUR)

    @property
    def fact(self) -> FieldFact:
        return self.rule.facts[self.sensor]

    @property
    def opinion(self) -> Opinion:
        opinion = self.rule.opinion(self.sensor, self.now_ms)
        assert opinion is not None
        return opinion

    @property
    def sight(self) -> Sight:
        return self.opinion.sight
