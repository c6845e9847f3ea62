"""What a SenML name says: which device, and which property of the catalogue."""

import re

from msgspec import Struct

from device_profiles.declared import SenmlNames
from wire import CATALOGUE, DeviceId, Property, PropertyName, device_id

# "<device>/3431/0/1", "/3431/0/1" or "3431/0/1/0": an LwM2M object, instance, resource and maybe resource instance.
_PATH = re.compile(
    r"(?P<device>.*?)(?:^|[/:])(?P<object>\d{1,5})/(?P<instance>\d{1,5})/(?P<resource>\d{1,5})(?:/\d{1,5})?"
)
# "<device>/parking.occupied" or "<device>:parking.occupied".
_WORD = re.compile(r"(?P<device>.*?)(?:^|[/:])(?P<word>[A-Za-z][A-Za-z0-9_.\-]*)")


class Meaning(Struct, frozen=True, kw_only=True):
    """What a record is about; `unit` is the one to assume where the record gives none."""

    device: DeviceId
    property: Property
    unit: str = ""


class Names:
    """Finds the meaning of names, those of a profile before the catalogue's own."""

    def __init__(self, declared: SenmlNames) -> None:
        self._by_path: dict[str, tuple[Property, str]] = {}
        for one in CATALOGUE.values():
            # Two properties may share a resource (3303/5700); only a profile can say which of them is meant.
            twice = sum(other.lwm2m == one.lwm2m for other in CATALOGUE.values()) > 1
            if one.lwm2m and not twice:
                self._by_path[one.lwm2m] = (one, "")
        for name, named in declared.names.items():
            self._by_path[name] = (CATALOGUE[PropertyName(named.property)], named.unit)

    def meaning(self, name: str, device: DeviceId) -> Meaning | None:
        """Return what a name means, or nothing; `device` is who speaks where the name says no device."""
        path = _PATH.fullmatch(name)
        if path is not None:
            return self._found(f"{path['object']}/{path['resource']}", path["device"], device)
        word = _WORD.fullmatch(name)
        if word is None:
            return None
        return self._found(word["word"], word["device"], device)

    def _found(self, word: str, who: str, device: DeviceId) -> Meaning | None:
        property_ = CATALOGUE.get(PropertyName(word))
        found = self._by_path.get(word) or (None if property_ is None else (property_, ""))
        if found is None:
            return None
        return Meaning(
            device=device_id(who.rstrip(":/")) if who.strip(":/") else device,
            property=found[0],
            unit=found[1],
        )
