"""Who is asked next on a shared line, so that no dead device holds up the rest."""

import math
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from edge_agent.sources.bus.standing import Standing

SILENT_SHARE: Final = 0.05
"""What of the line's time is given to devices that did not answer last time, while others wait."""

_NOTHING_S: Final = 1e-6
_MOST_UNANSWERED: Final = 3
"""Questions after which a device that answered last time, and nothing yet in this turn, is asked no more."""


class Place(Struct, frozen=True, kw_only=True):
    """A device in the rota: how often it is asked, how long waiting for it may take, how many questions it has."""

    every_s: float
    timeout_s: float
    questions: int


class Ask(Struct, frozen=True, kw_only=True):
    """Ask this device this question, both by number.

    Before that, for `doubt_s`, whatever comes is to be passed over: a question was left unanswered of late, and its
    answer may still come.
    """

    device: int
    question: int
    doubt_s: float = 0.0


class Change(Struct, frozen=True, kw_only=True):
    """A device is lost, or it answers (again)."""

    device: int
    lost: bool


class Upshot(Struct, frozen=True, kw_only=True):
    """What follows of an answer or its absence: the same is asked `again`, or a device's link has changed."""

    again: bool = False
    change: Change | None = None


class _Turn:
    """One device's questions, on their way."""

    def __init__(self, device: int, questions: list[int], began_s: float, *, free: bool) -> None:
        self.device, self.left, self.began_s, self.free = device, questions, began_s, free
        self.answered: list[int] = []
        self.unanswered: list[int] = []
        self.tries = 0
        self.late = False


class Rota:
    """Told the time and what came of each question, it says whom to ask what; pure.

    Devices that answer are asked when they are due, the longest overdue first. One that left its last turn unanswered
    is asked while nobody else needs the line, and beside that in a twentieth of its time; after three such turns it is
    dead, and asked ever more rarely.
    """

    def __init__(self, places: Sequence[Place], retries: int, now_s: float) -> None:
        """Start with every device due."""
        self._all = [Standing(one.every_s, one.timeout_s, one.questions, now_s) for one in places]
        self._retries = retries
        self._turn: _Turn | None = None
        self._owed_s = 0.0
        self._reckoned_s = now_s

    @property
    def dead(self) -> int:
        """How many devices are taken for dead."""
        return sum(one.dead for one in self._all)

    def next(self, now_s: float) -> Ask | None:
        """Return whom to ask now; None while nobody is to be asked."""
        self._reckon(now_s)
        turn = self._turn = self._turn or self._choose(now_s)
        if turn is None:
            return None
        doubt_s = 0.0 if turn.tries else self._all[turn.device].doubt_s(now_s)
        return Ask(device=turn.device, question=turn.left[0], doubt_s=doubt_s)

    def wake_s(self, now_s: float) -> float:
        """Return when `next` may have something to ask, if nothing happens before; infinite without devices."""
        if self._turn is not None:
            return now_s
        free_s = now_s + self._owed_s / SILENT_SHARE
        blocked = any(not one.sound and one.due_s <= now_s for one in self._all)
        coming = [one.due_s for one in self._all if one.due_s > now_s] + ([free_s] if blocked else [])
        coming += [now_s] if any(one.sound and one.due_s <= now_s for one in self._all) else []
        return min(coming, default=math.inf)

    def told(self, answered: bool, now_s: float, *, late: bool = True) -> Upshot:
        """Take what came of the question that `next` gave last; an answer that did not come may still be `late`."""
        turn = self._turn
        assert turn is not None, "nobody was asked"
        one = self._all[turn.device]
        turn.late |= late and not answered
        if not answered and self._again(turn, one):
            turn.tries += 1
            return Upshot(again=True)
        if turn.late:
            one.doubt(now_s)
        turn.tries, turn.late = 0, False
        (turn.answered if answered else turn.unanswered).append(turn.left.pop(0))
        hopeful = one.sound and len(turn.unanswered) < _MOST_UNANSWERED
        if turn.left and (turn.answered or hopeful):
            return Upshot()
        return Upshot(change=self._ended(turn, one, now_s))

    def dropped(self) -> None:
        """The line was lost: what was asked counts for nothing."""
        self._turn = None

    def _again(self, turn: _Turn, one: Standing) -> bool:
        """Only whoever answered last time is asked the same twice; not when it has been mute before in this turn."""
        fresh = one.sound and not one.muted(turn.left[0]) and not (turn.unanswered and not turn.answered)
        return fresh and turn.tries < self._retries

    def _ended(self, turn: _Turn, one: Standing, now_s: float) -> Change | None:
        self._turn = None
        unsound = not one.sound
        if turn.answered:
            all_lost = all(each.lost for each in self._all)
            news = one.answered(turn.unanswered, turn.answered, now_s)
            if all_lost:
                for each in self._all:
                    each.wake(now_s)  # it was the line that was dead
            return Change(device=turn.device, lost=False) if news else None
        if unsound and not turn.free:
            self._owed_s += now_s - turn.began_s
        return Change(device=turn.device, lost=True) if one.silent(now_s) else None

    def _choose(self, now_s: float) -> _Turn | None:
        due = [number for number, one in enumerate(self._all) if one.due_s <= now_s]
        sound = [number for number in due if self._all[number].sound]
        harmless = [] if sound else [number for number in due if self._disturbs_nobody(number, now_s)]
        chosen = self._longest_overdue(harmless or (sound if self._owed_s > _NOTHING_S else due))
        if chosen is None:
            return None
        return _Turn(chosen, self._all[chosen].awake(now_s), now_s, free=bool(harmless))

    def _longest_overdue(self, numbers: Sequence[int]) -> int | None:
        return min(numbers, key=lambda number: self._all[number].due_s, default=None)

    def _disturbs_nobody(self, number: int, now_s: float) -> bool:
        """Say whether waiting for a device in vain would be over before a sound one is due."""
        over_s = now_s + self._all[number].timeout_s
        return all(one.due_s >= over_s for one in self._all if one.sound)

    def _reckon(self, now_s: float) -> None:
        self._owed_s = max(0.0, self._owed_s - (now_s - self._reckoned_s) * SILENT_SHARE)
        self._reckoned_s = now_s
