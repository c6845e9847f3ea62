"""What a name or a path says: which device, which property of the catalogue, and in which unit."""

import re
from typing import Final

from msgspec import Struct

from device_profiles.declared import SenmlNames
from device_profiles.protocols.lwm2m import Path, Type, made_path, resource_at
from device_profiles.resources.meanings import FIRST_ONLY, MEANINGS
from wire import CATALOGUE, DeviceId, Property, PropertyName, device_id

# "<device>/3431/0/1", "/3431/0/1" or "3431/0/1/0": an LwM2M object, instance, resource and maybe resource instance.
_PATH: Final = re.compile(
    r"(?P<device>.*?)(?:^|[/:])(?P<object>\d{1,5})/(?P<instance>\d{1,5})/(?P<resource>\d{1,5})(?:/(?P<member>\d{1,5}))?"
)
# "<device>/parking.occupied" or "<device>:parking.occupied".
_WORD: Final = re.compile(r"(?P<device>.*?)(?:^|[/:])(?P<word>[A-Za-z][A-Za-z0-9_.\-]*)")


class Meaning(Struct, frozen=True, kw_only=True):
    """What a value is about; `unit` is the one to assume where none is given, `type` that of an LwM2M resource."""

    property: Property
    unit: str = ""
    type: Type | None = None


class Place(Struct, frozen=True, kw_only=True):
    """Where a SenML name says that a value stands: the device, if it names one, and a path or a word."""

    device: DeviceId | None
    path: Path | None = None
    word: str = ""


class Names:
    """Finds the meaning of paths and words, those of a profile before those that are known to all."""

    def __init__(self, declared: SenmlNames) -> None:
        self._known: dict[str, Meaning] = {}
        for kind, (name, unit) in MEANINGS.items():
            self._known[kind] = _meaning(kind, name, unit, None)
        for kind, named in declared.names.items():
            self._known[kind] = _meaning(kind, named.property, named.unit, named.type)
        for kind in declared.drop:
            self._known.pop(kind, None)

    @property
    def objects(self) -> frozenset[int]:
        """The LwM2M objects of which something is understood."""
        return frozenset(
            int(kind.partition("/")[0]) for kind in self._known if kind[0].isdigit() and "/" in kind
        )

    def at(self, path: Path) -> Meaning | None:
        """Return what a resource means, or nothing."""
        own = self._known.get(f"{path.object}/{path.instance}/{path.resource}")
        if own is not None or (path.instance and path.object in FIRST_ONLY):
            return own
        return self._known.get(path.kind)

    def called(self, word: str) -> Meaning | None:
        """Return what a name that is no path means, or nothing."""
        found = CATALOGUE.get(PropertyName(word))
        return self._known.get(word) or (None if found is None else Meaning(property=found))


def place_of(name: str) -> Place:
    """Return what a SenML name speaks of."""
    path = _PATH.fullmatch(name)
    if path is not None:
        parts = (path["object"], path["instance"], path["resource"], path["member"])
        return Place(device=_device(path["device"]), path=made_path(*(int(part) for part in parts if part)))
    word = _WORD.fullmatch(name)
    if word is not None:
        return Place(device=_device(word["device"]), word=word["word"])
    return Place(device=None)


def _meaning(kind: str, name: str, unit: str, type: Type | None) -> Meaning:
    """Take type and unit of the registry where nothing else is said."""
    parts = kind.split("/")
    known = resource_at(int(parts[0]), int(parts[-1])) if len(parts) > 1 and parts[0].isdigit() else None
    return Meaning(
        property=CATALOGUE[PropertyName(name)],
        unit=unit or (known.unit if known else ""),
        type=type or (known.type if known else None),
    )


def _device(named: str) -> DeviceId | None:
    return device_id(named.rstrip(":/")) if named.strip(":/") else None
