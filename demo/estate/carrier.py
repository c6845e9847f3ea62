"""How what a sensor says travels to the gateway: the seam between the estate and its two ways."""

from typing import Protocol

from demo.estate.sensor import Utterance


class Carrier(Protocol):
    """Takes utterances and brings them to the gateway, again and again until each is acknowledged."""

    def send(self, utterance: Utterance, /) -> None:
        """Take an utterance; the carrier tells the ledger when it leaves and when it is acknowledged."""
        ...

    async def run(self) -> None:
        """Carry until cancelled."""
        ...
