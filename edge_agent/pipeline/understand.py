"""What a heard reading means: its rows, or the reason why it is kept as bytes only."""

import math
from collections.abc import Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from device_profiles import DecodeError, Key, Profile, Reading
from edge_agent.outbox import Quarantined
from edge_agent.pipeline.meaning import Meaning, meant
from edge_agent.sources import Heard, Refused
from wire import CATALOGUE, DeviceId, Observation, Stream


class Registry(Struct, frozen=True, kw_only=True):
    """Which profile decodes which device: by its own entry, else as a person accepted it, else by its route.

    `accepted` grows while the agent runs. `meanings` say what inputs of a device mean at this site, `keys` are lent to
    devices that encrypt.
    """

    profiles: Mapping[str, Profile]
    devices: Mapping[DeviceId, str]
    accepted: dict[DeviceId, str] = field(default_factory=dict)
    meanings: Mapping[DeviceId, Sequence[Meaning]] = field(default_factory=dict)
    keys: Mapping[DeviceId, Key] = field(default_factory=dict)

    def profile_of(self, device: DeviceId, route: str) -> Profile | None:
        """Return the profile, None where there is none."""
        return self.profiles.get(self.devices.get(device) or self.accepted.get(device) or route)

    def private(self, device: DeviceId, route: str) -> bool:
        """Say whether the bytes of a device may not be kept."""
        profile = self.profile_of(device, route)
        return profile is not None and profile.private

    def with_key(self, reading: Reading) -> Reading:
        """Return a reading with its device's key, if there is one; it is for decoding only, and never kept."""
        key = self.keys.get(reading.device)
        return reading if key is None else replace(reading, key=key)

    def slow(self, item: Heard) -> bool:
        """Say whether understanding the item may take long, so that it belongs in a thread."""
        profile = self.profile_of(item.reading.device, item.profile)
        return profile is not None and profile.slow


class Understanding(Struct, frozen=True, kw_only=True):
    """What came of one item: rows for the outbox, or a quarantine entry; `identity` tells repeats."""

    identity: bytes = b""
    rows: Sequence[tuple[Stream, Observation]] = ()
    quarantined: Quarantined | None = None
    profile: Profile | None = None


def understand(item: Heard | Refused, registry: Registry) -> Understanding:
    """Decode an item; whatever is wrong with it becomes a quarantine entry that says so."""
    if isinstance(item, Refused):
        spoilt = Quarantined(
            at_ms=item.received_ms,
            source=item.source,
            where=item.where,
            payload=item.payload,
            reason=item.reason,
        )
        return Understanding(identity=_identity(item.where, item.identity), quarantined=spoilt)
    if item.observed:
        return Understanding(rows=[(_stream(row), row) for row in item.observed])
    reading = item.reading
    identity = _identity(reading.device, reading.identity)
    profile = registry.profile_of(reading.device, item.profile)
    if profile is None:
        return Understanding(identity=identity, quarantined=_spoilt(item, _no_profile(item)))
    try:
        said = profile.decode(registry.with_key(reading))
        meanings = registry.meanings.get(reading.device)
        rows = [(_stream(row), row) for row in (meant(said, reading.device, meanings) if meanings else said)]
        _check(rows)
    except DecodeError as error:
        return Understanding(identity=identity, quarantined=_refused(item, profile, error))
    return Understanding(identity=identity, rows=rows, profile=profile)


def _stream(row: Observation) -> Stream:
    known = CATALOGUE.get(row.property)
    if known is None:
        raise DecodeError(f"expected a property of the catalogue, got {row.property!r}")
    return known.stream


def _check(rows: Sequence[tuple[Stream, Observation]]) -> None:
    for _, row in rows:
        if isinstance(row.value, float) and not math.isfinite(row.value):
            raise DecodeError(f"expected a finite number for {row.property}, got {row.value}")


def _spoilt(item: Heard, reason: str) -> Quarantined:
    reading: Reading = item.reading
    return Quarantined(
        at_ms=reading.received_ms,
        source=item.source,
        where=item.where,
        device=reading.device,
        payload=reading.payload,
        reason=reason,
        profile=item.profile,
        kind=item.kind,
        port=reading.port,
        format=reading.format,
        path=reading.path,
        taken_ms=reading.at_ms,
        trust=int(reading.trust),
    )


def _refused(item: Heard, profile: Profile, error: DecodeError) -> Quarantined:
    spoilt = _spoilt(item, f"{profile.key}: {error}")
    if not profile.private:
        return spoilt
    return replace(
        spoilt,
        payload=b"",
        cut=True,
        reason=f"{spoilt.reason} ({len(spoilt.payload)} private bytes not kept)",
    )


def _no_profile(item: Heard) -> str:
    found = f"no profile for device {item.reading.device!r}"
    if item.kind:
        return (
            f"{found}, which the network server calls {item.kind!r}; add that name to by_name of the source"
        )
    return f"{found}; name one in [[devices]] or in the route that hears it, or accept one on the quarantine page"


def _identity(where: str, identity: str) -> bytes:
    """Return what is remembered of an item, empty where nothing makes it itself."""
    return f"{where}\n{identity}".encode() if identity else b""
