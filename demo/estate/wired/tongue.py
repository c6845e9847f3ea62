"""What a simulated line needs to know of its meters' protocol: to hear a question, and to say the answer."""

from typing import Protocol

from msgspec import Struct

from demo.estate.wired.meter import Meter


class Question(Struct, frozen=True, kw_only=True):
    """A whole question: whom it is for, what it asks for, and where in what was heard it ends."""

    address: str
    content: bytes
    end: int


class Tongue(Protocol):
    """One protocol from the meter's side."""

    @property
    def profile(self) -> str:
        """The profile with which the gateway asks and understands these meters."""
        ...

    def address(self, number: int) -> str:
        """Return the address of the line's meter number so and so, as the gateway's settings write it."""
        ...

    def hears(self, heard: bytes) -> Question | None:
        """Return the first whole question in what was heard."""
        ...

    def answers(self, question: Question, meter: Meter) -> bytes:
        """Return the frame in which the meter answers."""
        ...

    def value(self, index: int) -> float:
        """Return what the cloud must hold of an index."""
        ...

    @property
    def property(self) -> str:
        """The property that the index becomes."""
        ...
