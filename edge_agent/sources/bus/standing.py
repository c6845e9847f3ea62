"""How one device of a line stands: when it is due, and whether it answers at all."""

from typing import Final

DEAD_AFTER: Final = 3
"""Turns without any answer after which a device is taken for dead."""
LONGEST_REST_S: Final = 600.0


class Standing:
    """A device and each of its questions, told what came of them; times are seconds of a clock that never jumps."""

    def __init__(self, every_s: float, timeout_s: float, questions: int, now_s: float) -> None:
        """Start due and neither dead nor alive."""
        self.every_s, self.timeout_s = every_s, timeout_s
        self.due_s = now_s
        self.failed = 0
        self.lost: bool | None = None
        self._doubt_until_s = now_s
        self._mute = [0] * questions
        self._rests_until_s = [now_s] * questions

    @property
    def sound(self) -> bool:
        """Whether it answered when it was last asked, or never was."""
        return not self.failed

    @property
    def dead(self) -> bool:
        """Whether it is asked rarely only."""
        return self.failed >= DEAD_AFTER

    def awake(self, now_s: float) -> list[int]:
        """Return the questions to ask now: all but those which the device leaves unanswered while it answers others."""
        return [number for number, until_s in enumerate(self._rests_until_s) if until_s <= now_s] or [0]

    def doubt(self, now_s: float) -> None:
        """A question was left unanswered at least once: its answer may come within another time-out."""
        self._doubt_until_s = now_s + self.timeout_s

    def doubt_s(self, now_s: float) -> float:
        """Return for how long yet a late answer may come."""
        return max(0.0, self._doubt_until_s - now_s)

    def muted(self, number: int) -> bool:
        """Whether a question was left unanswered last time."""
        return self._mute[number] > 0

    def answered(self, unanswered: list[int], answered: list[int], now_s: float) -> bool:
        """Take a turn with at least one answer; return whether the device was not known to live."""
        news = self.lost is not False
        self.failed, self.lost = 0, False
        for number in answered:
            self._mute[number] = 0
        for number in unanswered:
            self._mute[number] += 1
            if self._mute[number] >= DEAD_AFTER:
                self._rests_until_s[number] = now_s + self._rest_s(self._mute[number])
        self.due_s = max(self.due_s + self.every_s, now_s)
        return news

    def silent(self, now_s: float) -> bool:
        """Take a turn without an answer; return whether the device is lost by it and was not before."""
        self.failed += 1
        self.due_s = now_s + (self._rest_s(self.failed) if self.dead else self.every_s)
        if not self.dead or self.lost:
            return False
        self.lost = True
        return True

    def wake(self, now_s: float) -> None:
        """Ask it again at once: the line that it hangs on has come back."""
        self.due_s = min(self.due_s, now_s)

    def _rest_s(self, failures: int) -> float:
        longest_s = max(LONGEST_REST_S, self.every_s)
        return min(self.every_s * 2.0 ** min(failures - DEAD_AFTER + 1, 16), longest_s)
