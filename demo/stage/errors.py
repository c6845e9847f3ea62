"""What can keep the stage from standing."""

from wire import Words


class StageError(Exception):
    """Something needed does not start or end; `words` says what and what to do, for people."""

    def __init__(self, words: Words) -> None:
        """Take the words."""
        super().__init__(words.en)
        self.words = words
