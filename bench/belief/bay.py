"""One simulated bay: its sensor with its faults, its node, the steel around it, and what its users drive."""

import random

from bench.belief.cars import Car, Vector, build_car
from bench.belief.node import Node
from bench.belief.sites import Case, Program, SiteKind

_NONE: Vector = (0.0, 0.0, 0.0)


class Bay:
    """The state of one bay and its sensor while time passes."""

    def __init__(self, case: Case, node: Node, own: Car, noise: float, slope: Vector) -> None:
        """Start empty."""
        self.case, self.node, self.own = case, node, own
        self._noise, self._slope = noise, slope
        self._earth: Vector = _NONE
        self._bend = 0.0
        self.iron: dict[int, Vector] = {-1: _NONE, 0: _NONE, 1: _NONE}
        self.leak = 1.0
        self.warmer_c = 0.0
        self.fault_h = float("inf")
        self._steel: list[tuple[float, float, Vector]] = []
        self._held: Vector | None = None
        self.occupied = False
        self.word: bool | None = None
        self.spoke_h = -1e9

    def lay(self, dice: random.Random, kind: SiteKind) -> None:
        """Draw what the place is like: the earth's field, the sun, faults to come, steel to come."""
        self._earth = (dice.uniform(-400, 400), dice.uniform(-400, 400), dice.uniform(-500, -200))
        self._bend = dice.uniform(-0.15, 0.15) / 10
        self.warmer_c = dice.uniform(-1.5, 1.5)
        self.leak = dice.uniform(1.5, 2.5) if self.case is Case.NEIGHBOUR else dice.uniform(0.3, 0.8)
        if self.case in (Case.STUCK, Case.FROZEN):
            self.fault_h = 24 * dice.uniform(0.15, 0.4) * kind.days
        if self.case is Case.STEEL:
            at_h = 24 * dice.uniform(10, 25)
            while at_h < 24 * kind.days:
                until_h = at_h + 24 * dice.uniform(1, 30)
                x, y, z = (dice.gauss(0, 60) for _ in range(3))
                self._steel.append((at_h, until_h, (x, y, z)))
                at_h = until_h + 24 * dice.uniform(5, 30)

    def measured(self, sensor_c: float, now_h: float, dice: random.Random) -> Vector:
        """Return in counts what the magnetometer measures."""
        if self._held is not None:
            return self._held
        warmer_c = sensor_c - 15
        bent = warmer_c * (1 + self._bend * warmer_c)
        here = [part[2] for part in self._steel if part[0] <= now_h < part[1]]
        parts = [self._earth, *self.iron.values(), *here]
        x, y, z = (
            sum(part[axis] for part in parts) + self._slope[axis] * bent + dice.gauss(0, self._noise)
            for axis in range(3)
        )
        if self.case is Case.FROZEN and now_h > self.fault_h:
            self._held = (x, y, z)
        return x, y, z

    def say(self, field: Vector, now_h: float) -> bool:
        """Return the node's word."""
        word = self.node.measured(field, now_h)
        if self.case is Case.STUCK and now_h > self.fault_h and self.word is not None:
            word = self.word
        self.word = word
        return word


def build_bay(kind: SiteKind, case: Case, index: int, dice: random.Random) -> Bay:
    """Return a bay with the sensor, node and owner that its case asks for."""
    program = kind.programs[index // len(Case) % len(kind.programs)]
    absorbs_h = 0.0
    if case is Case.DRIFT:
        program = Program.FIXED
    if case is Case.ABSORB:
        program, absorbs_h = Program.TRACKING, dice.uniform(24, 48)
    steepest = kind.slope_drift if case is Case.DRIFT else kind.slope_healthy
    size = steepest * dice.uniform(0.5, 1.0)
    direction = [dice.gauss(0, 1) for _ in range(3)]
    scale = size / max(abs(part) for part in direction)
    bay = Bay(
        case,
        Node(program, dice.uniform(*kind.threshold), absorbs_h),
        build_car(dice, kind.moment, kind.remanent),
        dice.uniform(*kind.noise),
        (direction[0] * scale, direction[1] * scale, direction[2] * scale),
    )
    bay.lay(dice, kind)
    return bay
