"""The registrations of LwM2M devices: who is there, until when, and what it has."""

from collections.abc import Hashable, Iterator, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from device_profiles.protocols.lwm2m import Path
from edge_agent.sources.lwm2m.asked import Asked
from wire import DeviceId

_LIFETIME_S: Final = 86_400
"""What a device means that gives no lifetime (LwM2M 1.1 core, 6.2.1)."""
GRACE_S: Final = 93.0
"""An update on its way may be repeated for so long (RFC 7252, MAX_TRANSMIT_WAIT)."""


class Registration(Struct, frozen=True, kw_only=True):
    """One device that is there; `location` names its registration, `peer` is where it can be asked."""

    location: str
    endpoint: DeviceId
    peer: Hashable
    lifetime_s: int
    queued: bool
    root: str
    paths: Sequence[Path]
    until_s: float


class Book:
    """All registrations, at most `most`; told the time in seconds of a clock that never jumps."""

    def __init__(self, most: int) -> None:
        """Start empty."""
        self._most = most
        self._by_location: dict[str, Registration] = {}
        self._by_endpoint: dict[DeviceId, str] = {}
        self._by_peer: dict[Hashable, str] = {}
        self._answering: set[str] = set()

    def __len__(self) -> int:
        """Return how many devices are registered."""
        return len(self._by_location)

    def __iter__(self) -> Iterator[Registration]:
        """Give every registration."""
        return iter(self._by_location.values())

    def register(self, location: str, asked: Asked, peer: Hashable, now_s: float) -> Registration | None:
        """Take a registration, in place of an older one of the same endpoint; None if there is no room."""
        assert asked.endpoint is not None
        if asked.endpoint not in self._by_endpoint and len(self) >= self._most:
            return None
        self.remove(self._by_endpoint.get(asked.endpoint, ""))
        lifetime_s = asked.lifetime_s or _LIFETIME_S
        registration = Registration(
            location=location,
            endpoint=asked.endpoint,
            peer=peer,
            lifetime_s=lifetime_s,
            queued=bool(asked.queued),
            root=asked.root,
            paths=asked.paths or (),
            until_s=now_s + lifetime_s,
        )
        self._by_endpoint[asked.endpoint] = location
        return self._noted(registration)

    def answered(self, location: str) -> None:
        """Take note that the device has answered a question, so it is where it says it is."""
        if location in self._by_location:
            self._answering.add(location)

    def make_room(self, endpoint: DeviceId) -> Registration | None:
        """Forget and return the oldest device that never answered, if a new one would find no room else."""
        if len(self) < self._most or endpoint in self._by_endpoint:
            return None
        return self.remove(next((one for one in self._by_location if one not in self._answering), ""))

    def update(
        self, location: str, asked: Asked, peer: Hashable, now_s: float
    ) -> tuple[Registration, Registration] | None:
        """Renew a registration with what changed; return it as it was and as it is, None if nobody has it."""
        before = self._by_location.get(location)
        if before is None:
            return None
        lifetime_s = asked.lifetime_s or before.lifetime_s
        after = replace(
            before,
            peer=peer,
            lifetime_s=lifetime_s,
            queued=before.queued if asked.queued is None else asked.queued,
            root=before.root if asked.paths is None else asked.root,
            paths=before.paths if asked.paths is None else asked.paths,
            until_s=now_s + lifetime_s,
        )
        self._forget_peer(before)
        return before, self._noted(after)

    def remove(self, location: str) -> Registration | None:
        """Forget a registration and return it."""
        found = self._by_location.pop(location, None)
        if found is not None:
            del self._by_endpoint[found.endpoint]
            self._answering.discard(location)
            self._forget_peer(found)
        return found

    def expired(self, now_s: float) -> list[Registration]:
        """Forget and return those that were not renewed in time."""
        late = [one.location for one in self if one.until_s + GRACE_S < now_s]
        return [found for location in late if (found := self.remove(location)) is not None]

    def find(self, location: str) -> Registration | None:
        """Return the registration with this name."""
        return self._by_location.get(location)

    def of(self, endpoint: DeviceId) -> Registration | None:
        """Return a device's registration."""
        return self._by_location.get(self._by_endpoint.get(endpoint, ""))

    def at(self, peer: Hashable) -> Registration | None:
        """Return who registered last at an address: who sends without saying its name (LwM2M Send)."""
        return self._by_location.get(self._by_peer.get(peer, ""))

    def _noted(self, registration: Registration) -> Registration:
        self._by_location[registration.location] = registration
        self._by_peer[registration.peer] = registration.location
        return registration

    def _forget_peer(self, registration: Registration) -> None:
        if self._by_peer.get(registration.peer) == registration.location:
            del self._by_peer[registration.peer]
