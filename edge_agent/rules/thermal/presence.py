"""Whether somebody is there: a change counts once it has held."""

from edge_agent.rules.thermal.settings import ThermalSettings


class Presence:
    """Told picture by picture whether a body is in it; `present` is None until the first change has held."""

    def __init__(self, settings: ThermalSettings) -> None:
        """Know nothing."""
        self._hold_s = {True: settings.present_after_s, False: settings.absent_after_s}
        self.present: bool | None = None
        self._somebody: bool | None = None
        self._since_s = 0.0

    def looked(self, somebody: bool, now_s: float) -> bool | None:
        """Return the new presence if it changed."""
        if somebody is not self._somebody:
            self._somebody, self._since_s = somebody, now_s
        if somebody is self.present or now_s - self._since_s < self._hold_s[somebody]:
            return None
        self.present = somebody
        return somebody

    def gap(self) -> None:
        """Nobody looked for a while: a change has to hold from now on."""
        self._somebody = None
