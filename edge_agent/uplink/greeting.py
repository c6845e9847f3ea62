"""When the gateway says hello: at once on a fresh link, soon again while nobody has answered, then now and then."""


class Greeting:
    """Tells when the next hello is due; `due_at` is a time of the caller's clock, in seconds.

    A hello may fall on deaf ears: the broker is there before the cloud listens, or the database is away.
    """

    def __init__(self, *, every_s: float, answer_within_s: float) -> None:
        """Say hello `every_s`, and after `answer_within_s`, twice that, four times that ... until one is answered."""
        self._every_s, self._answer_within_s = every_s, answer_within_s
        self._unanswered = 0
        self.due_at = 0.0

    def hurry(self, now: float) -> None:
        """There is news that cannot wait: a fresh link, a clock that was set."""
        self._unanswered = 0
        self.due_at = now

    def said(self, now: float) -> None:
        """A hello left."""
        self.due_at = now + min(self._answer_within_s * 2.0 ** min(self._unanswered, 30), self._every_s)
        self._unanswered += 1

    def answered(self, now: float) -> None:
        """The cloud answered a hello."""
        if self._unanswered:
            self._unanswered = 0
            self.due_at = now + self._every_s
