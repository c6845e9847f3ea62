"""One room under a thermal array: who is there, whether they move, whether they have fallen."""

from typing import Final

from msgspec import Struct

from device_profiles.protocols.thermal import Frame
from edge_agent.rules.thermal.background import Background
from edge_agent.rules.thermal.bodies import Body, find_bodies
from edge_agent.rules.thermal.fall import Fall
from edge_agent.rules.thermal.presence import Presence
from edge_agent.rules.thermal.settings import ThermalSettings
from edge_agent.rules.thermal.stillness import Stillness

_GAP_S: Final = 30.0


class Care(Struct, frozen=True, kw_only=True):
    """What changed in a room; None for what did not. `still_s` is how long nothing has moved."""

    presence: bool | None = None
    fall: bool | None = None
    still_s: float | None = None


class Room:
    """Looks at one picture after the other; keeps none, only the empty room's warmth and a few numbers."""

    def __init__(self, settings: ThermalSettings, *, fallen: bool = False) -> None:
        """Know nothing but whether somebody is `fallen`."""
        self._settings = settings
        self._background = Background()
        self._presence = Presence(settings)
        self._stillness = Stillness(settings)
        self._fall = Fall(settings, fallen=fallen)
        self._last_s: float | None = None

    def looked(self, frame: Frame, now_s: float) -> Care:
        """Take a picture, `now_s` by a clock that never jumps; return what it changes."""
        elapsed_s = 0.0 if self._last_s is None else max(0.0, now_s - self._last_s)
        self._last_s = now_s
        if elapsed_s > _GAP_S:
            self._presence.gap()
            self._stillness.forget()
            self._fall.gap()
        bodies = self._bodies(frame, min(elapsed_s, _GAP_S))
        presence = self._presence.looked(bool(bodies), now_s)
        if bodies:
            fall = self._fall.looked(bodies[0], now_s)
            return Care(presence=presence, fall=fall, still_s=self._stillness.looked(bodies, now_s))
        if presence is not False:
            return Care(
                presence=presence
            )  # somebody who cannot be seen for a moment is still there, and still down
        self._stillness.forget()
        return Care(presence=False, fall=self._fall.left())

    def _bodies(self, frame: Frame, elapsed_s: float) -> list[Body]:
        settings = self._settings
        found = find_bodies(
            self._background.differences(frame.celsius),
            frame.width,
            warmer_k=settings.warmer_k,
            least_share=settings.least_share,
        )
        covered = {at for body in found for at in _widened(body, frame)}
        self._background.learn(frame.celsius, covered, elapsed_s)
        return found


def _widened(body: Body, frame: Frame) -> set[int]:
    """Return a body's pixels and those beside them, which it warms a little."""
    width, count = frame.width, len(frame.celsius)
    return {
        one
        for at in body.pixels
        for one in (at, at - width, at + width, at - (at % width > 0), at + (at % width < width - 1))
        if 0 <= one < count
    }
