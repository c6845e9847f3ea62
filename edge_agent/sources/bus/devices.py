"""The devices of a line as their tables name them: each with its profile's dialogue and its questions."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from msgspec import Struct

from chassis import ConfigError
from device_profiles import DecodeError, Dialogue, Profile, ProfileError, Shelf
from device_profiles.protocols.modbus import OverTcp
from edge_agent.sources.bus.port import MODBUS_TCP
from edge_agent.sources.bus.rota import Place
from edge_agent.sources.bus_tables import BusSettings, PolledSettings
from wire import DeviceId, WireError, device_id

_SCHEMES = ("socket", "rfc2217", "modbus-tcp")


class Polled(Struct, frozen=True, kw_only=True):
    """One device that is asked: its profile, its dialogue and the questions that read it once."""

    device: DeviceId
    profile: Profile
    dialogue: Dialogue
    address: str
    questions: Sequence[bytes]
    place: Place


def check_port(settings: BusSettings, where: str) -> None:
    """Refuse what can be no port.

    Raises:
        ConfigError: it is neither a device file nor an address that is known.
    """
    if "://" not in settings.port:
        return
    try:
        parts = urlsplit(settings.port)
        good = parts.scheme in _SCHEMES and bool(parts.hostname) and bool(parts.port)
    except ValueError:
        good = False
    if not good:
        kinds = ", ".join(f"{scheme}://host:port" for scheme in _SCHEMES)
        raise ConfigError(
            f"{where}: key 'port': expected a serial port such as /dev/ttyUSB0, or {kinds}, got {settings.port!r}"
        )


def polled_devices(settings: BusSettings, shelf: Shelf, where: str) -> list[Polled]:
    """Return the devices of a line.

    Raises:
        ConfigError: a profile does not exist or cannot be asked, an address is none, or two devices would both answer.
    """
    devices = [
        _polled(one, settings, shelf, f"{where[:-1]}.devices[{number}]]")
        for number, one in enumerate(settings.devices)
    ]
    if not devices:
        raise ConfigError(f"{where}: key 'devices': expected at least one [[sources.bus.devices]], got none")
    asked: dict[bytes, DeviceId] = {}
    for number, one in enumerate(devices):
        other = asked.setdefault(one.questions[0], one.device)
        if other != one.device or one.device in [before.device for before in devices[:number]]:
            raise ConfigError(
                f"{where[:-1]}.devices[{number}]]: expected a device and an address of its own, "
                f"got {one.device!r} at {one.address!r}, where {other!r} is asked already"
            )
    return devices


def _polled(one: PolledSettings, line: BusSettings, shelf: Shelf, where: str) -> Polled:
    profile = _profile(one.profile, shelf, f"{where}: key 'profile'")
    if profile.dialogue is None:
        raise ConfigError(
            f"{where}: key 'profile': expected a profile of a device that can be asked, got {profile.key!r}; "
            f"known: {', '.join(_askable(shelf)) or 'none'}"
        )
    dialogue = OverTcp(profile.dialogue) if line.port.startswith(f"{MODBUS_TCP}://") else profile.dialogue
    try:
        device = device_id(one.id)
        questions = dialogue.questions(one.address)
    except DecodeError as error:
        raise ConfigError(f"{where}: key 'address': {error}") from error
    except WireError as error:
        raise ConfigError(f"{where}: key 'id': {error}") from error
    every_s, timeout_s = one.every_s or line.every_s, one.timeout_s or line.timeout_s
    if every_s > profile.silent_after_s:
        raise ConfigError(
            f"{where}: key 'every_s': expected at most {profile.silent_after_s:g}, because {profile.key} is taken for "
            f"silent after so many seconds, got {every_s:g}"
        )
    place = Place(every_s=every_s, timeout_s=timeout_s, questions=len(questions))
    return Polled(
        device=device,
        profile=profile,
        dialogue=dialogue,
        address=one.address,
        questions=questions,
        place=place,
    )


def _profile(key: str, shelf: Shelf, where: str) -> Profile:
    try:
        return shelf.profile(key)
    except ProfileError as error:
        raise ConfigError(f"{where}: {error}") from error


def _askable(shelf: Shelf) -> list[str]:
    return [key for key in shelf.keys() if shelf.profile(key).dialogue is not None]  # noqa: SIM118  # no mapping
