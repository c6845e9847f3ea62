"""What the room looks like without anybody: learned pixel by pixel, and never learned from a body."""

import math
from collections.abc import Collection, Sequence
from typing import Final

_FOLLOW_K_PER_S: Final = 0.5 / 60
"""Radiators, sunshine on a floor and falling evenings change a pixel more slowly than this; people do not."""
_NOISE_SHARE: Final = 0.02
"""How much of a difference within the noise is taken over from a picture, at most."""
_NEAR_K: Final = 0.7
_COLDER_K: Final = -1.0
_COLDER_SHARE: Final = 0.4
"""How much of a pixel that is colder than the empty room is believed at once: only what was warm can leave."""
_START: Final = 8
"""Pictures that are averaged at the start."""


class Background:
    """Holds one temperature a pixel; told of pictures and of the pixels where a body is.

    What is warm at the start counts as furniture: a radiator cannot be told from somebody asleep. Whoever it is shows
    by moving, when the place where they were turns colder.
    """

    def __init__(self) -> None:
        """Know nothing."""
        self.celsius: list[float] = []
        self._pictures = 0

    def differences(self, picture: Sequence[float]) -> list[float]:
        """Return by how much each pixel is warmer than the empty room; 0 where nothing was measured.

        Whatever the whole view has in common (the sensor warming up, an opened window) is taken out first.
        """
        if len(self.celsius) != len(picture):
            self.celsius, self._pictures = _measured(picture), 0
        self._pictures += 1
        if self._pictures <= _START:
            self._average(picture)
            return [0.0] * len(picture)
        raw = [0.0 if math.isnan(new) else new - old for new, old in zip(picture, self.celsius, strict=True)]
        common = sorted(raw)[len(raw) // 3]  # people cover less than two thirds of the view
        return [value - common for value in raw]

    def learn(self, picture: Sequence[float], bodies: Collection[int], seconds: float) -> None:
        """Follow the picture where no body is."""
        most = _FOLLOW_K_PER_S * seconds
        for at, new in enumerate(picture):
            if at in bodies or math.isnan(new):
                continue
            step = new - self.celsius[at]
            if step < _COLDER_K:
                self.celsius[at] += step * _COLDER_SHARE
                continue
            limit = max(most, abs(step) * _NOISE_SHARE) if abs(step) < _NEAR_K else most
            self.celsius[at] += max(-limit, min(limit, step))

    def _average(self, picture: Sequence[float]) -> None:
        for at, new in enumerate(picture):
            if not math.isnan(new):
                self.celsius[at] += (new - self.celsius[at]) / self._pictures


def _measured(picture: Sequence[float]) -> list[float]:
    """Return the picture with the room's middle where nothing was measured."""
    known = sorted(value for value in picture if not math.isnan(value))
    middle = known[len(known) // 2]
    return [middle if math.isnan(value) else value for value in picture]
