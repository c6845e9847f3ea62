"""The radio link of one level: while it is down, what the level's sensors say waits in the sensors."""

from collections import deque

from demo.estate.carrier import Carrier
from demo.estate.ledger import Ledger
from demo.estate.sensor import Utterance


class Radio:
    """Hands utterances on while the link is up, and what has waited, in order, as soon as it is up again."""

    def __init__(self, ledger: Ledger, *, lorawan: Carrier, nbiot: Carrier) -> None:
        """Start with the link up; each sensor's kind decides which way it speaks."""
        self._ledger, self._lorawan, self._nbiot = ledger, lorawan, nbiot
        self._waiting: deque[Utterance] = deque()
        self.up = True

    @property
    def waiting(self) -> int:
        """How many utterances wait for the link."""
        return len(self._waiting)

    def say(self, utterance: Utterance) -> None:
        """Take what a sensor says."""
        if self.up:
            self._carrier(utterance).send(utterance)
        else:
            self._ledger.held(utterance)
            self._waiting.append(utterance)

    def cut(self) -> None:
        """Lose the link."""
        self.up = False

    def restore(self) -> None:
        """Get the link back."""
        self.up = True
        while self._waiting:
            self.say(self._waiting.popleft())

    def _carrier(self, utterance: Utterance) -> Carrier:
        return self._nbiot if utterance.sensor.kind.speaks_coap else self._lorawan
