"""Which MQTT topics are heard, and what a publish there means."""

from collections.abc import Mapping, Sequence
from itertools import combinations

from msgspec import Struct
from msgspec.structs import replace

from chassis import Arrival, ConfigError
from device_profiles import DecodeError, Envelope, Reading, Shelf, open_envelope
from edge_agent.sources.named import profile_named
from edge_agent.sources.opening import MOST_BYTES, open_payload
from edge_agent.sources.settings import RouteSettings, Written
from wire import TimeTrust

DEVICE = "{device}"
PORT = "{port}"
_HIGHEST_PORT = 255


class Route(Struct, frozen=True, kw_only=True):
    """A route, checked: `levels` as subscribed, and which of them names the device and the port (None: none does)."""

    settings: RouteSettings
    profile: str
    levels: tuple[str, ...]
    device_level: int | None
    port_level: int | None

    @property
    def filter(self) -> str:
        """What is subscribed."""
        return "/".join(self.levels)

    def matches(self, topic: str) -> bool:
        """Whether a topic belongs to this route (MQTT 3.1.1, section 4.7)."""
        got = topic.split("/")
        if topic.startswith("$") and self.levels[0] in ("+", "#"):
            return False
        if self.levels[-1] == "#":
            wanted = self.levels[:-1]
            return len(got) >= len(wanted) and _fits(wanted, got)
        return len(got) == len(self.levels) and _fits(self.levels, got)


class Understood(Struct, frozen=True, kw_only=True):
    """The reading in a publish and what the network server calls this kind of device."""

    reading: Reading
    hint: str


def plan_routes(routes: Sequence[RouteSettings], shelf: Shelf, *, table: str) -> list[Route]:
    """Check routes and the profiles that they name.

    Raises:
        ConfigError: a topic is no filter, says no device where it must, or meets another route's; a profile does
            not exist.
    """
    if not routes:
        raise ConfigError(f"table [{table}]: expected at least one route, got none")
    planned = [_planned(route, shelf, f"table [{table}.routes], topic {route.topic!r}") for route in routes]
    for one, other in combinations(planned, 2):
        if _meet(one.levels, other.levels):
            raise ConfigError(
                f"table [{table}.routes]: topics {one.settings.topic!r} and {other.settings.topic!r} overlap; "
                "a broker may deliver a publish that fits both twice, so make them exclude each other"
            )
    return planned


def understand_arrival(route: Route, arrival: Arrival, received_ms: int, trust: TimeTrust) -> Understood:
    """Take the reading out of a publish.

    Raises:
        DecodeError: what came is not what the route promises; says what was expected.
    """
    settings = route.settings
    if settings.envelope is Envelope.RAW:
        levels = arrival.topic.split("/")
        device = settings.device if route.device_level is None else levels[route.device_level]
        reading = open_payload(device, arrival.payload, settings.format, received_ms, trust)
        port = settings.port if route.port_level is None else _port(levels[route.port_level])
        return Understood(reading=reading if port is None else replace(reading, port=port), hint="")
    if len(arrival.payload) > MOST_BYTES:
        raise DecodeError(f"expected at most {MOST_BYTES} bytes, got {len(arrival.payload)}")
    opened = open_envelope(settings.envelope, arrival.topic, arrival.payload, received_ms, trust)
    return Understood(reading=opened.reading, hint=opened.hint)


def with_identity(reading: Reading, identity: str) -> Reading:
    """Return the reading with this identity if it has none of its own."""
    return reading if reading.identity else replace(reading, identity=identity)


def plan_names(by_name: Mapping[str, str], shelf: Shelf, *, table: str) -> dict[str, str]:
    """Return profile keys by the network server's names.

    Raises:
        ConfigError: a profile does not exist.
    """
    where = f"table [{table}.by_name]"
    return {name: profile_named(shelf, key, f"{where}: key {name!r}") for name, key in by_name.items()}


def _planned(route: RouteSettings, shelf: Shelf, where: str) -> Route:
    levels = route.topic.split("/")
    subscribed = tuple("+" if level in (DEVICE, PORT) else level for level in levels)
    _check_filter(route.topic, subscribed, where)
    (_check_raw if route.envelope is Envelope.RAW else _check_enveloped)(route, levels, where)
    return Route(
        settings=route,
        profile=profile_named(shelf, route.profile, f"{where}: key 'profile'"),
        levels=subscribed,
        device_level=levels.index(DEVICE) if DEVICE in levels else None,
        port_level=levels.index(PORT) if PORT in levels else None,
    )


def _check_raw(route: RouteSettings, levels: Sequence[str], where: str) -> None:
    if levels.count(DEVICE) + bool(route.device) != 1:
        raise ConfigError(f"{where}: expected one level {DEVICE} that names the device, or the key device")
    if levels.count(PORT) + (route.port is not None) > 1:
        raise ConfigError(f"{where}: expected at most one level {PORT}, or the key port")


def _check_enveloped(route: RouteSettings, levels: Sequence[str], where: str) -> None:
    if route.device or route.port is not None or DEVICE in levels or PORT in levels:
        raise ConfigError(
            f"{where}: {route.envelope} names device and port itself; leave out device, port, {DEVICE} and {PORT}"
        )
    if route.format is not Written.BYTES:
        raise ConfigError(
            f"{where}: format is for raw routes; {route.envelope} says itself how it is written"
        )


def _port(level: str) -> int:
    if not level.isascii() or not level.isdigit() or int(level) > _HIGHEST_PORT:
        raise DecodeError(f"expected a port from 0 to {_HIGHEST_PORT} in the topic, got {level[:40]!r}")
    return int(level)


def _check_filter(topic: str, levels: Sequence[str], where: str) -> None:
    wild = any(len(level) > 1 and ("+" in level or "#" in level) for level in levels)
    braces = any("{" in level or "}" in level for level in levels)
    if not topic or wild or braces or "#" in levels[:-1] or "\0" in topic or len(topic.encode()) > 65_535:
        raise ConfigError(
            f"{where}: expected an MQTT topic filter: whole levels of +, {DEVICE} or {PORT}, # only at the end"
        )


def _fits(levels: Sequence[str], got: Sequence[str]) -> bool:
    return all(want in ("+", have) for want, have in zip(levels, got, strict=False))


def _meet(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether some topic fits both filters."""
    if not one or not other:
        return [*one, *other] in ([], ["#"])
    if "#" in (one[0], other[0]):
        return True
    if one[0] != other[0] and "+" not in (one[0], other[0]):
        return False
    return _meet(one[1:], other[1:])
