"""The tags and seals on the estate's meters: a GIAI on each, and which reader should see it."""

import random
from typing import Final

from msgspec import Struct

from device_profiles.protocols.epc import identity, tag_of
from wire import DeviceId, PlaceId, PlannedTag, TagKind

LOBBY: Final = DeviceId("rfid-lobby")
CELLAR: Final = DeviceId("rfid-cellar")
_PREFIX: Final = "9521141"
"""A company prefix of GS1's examples."""
_METERS: Final = 20


class Tagged(Struct, frozen=True, kw_only=True):
    """One tag as the simulation moves it about: its number, its reader and the antenna that it is nearest to."""

    plan: PlannedTag
    epc: bytes
    antenna: int

    @property
    def reader(self) -> DeviceId:
        """Who sees it."""
        return self.plan.readers[0]


def build_tags() -> tuple[Tagged, ...]:
    """Return an identity tag and a seal for each of the meters, shared out between the two readers."""
    return tuple(_tagged(meter, kind) for meter in range(1, _METERS + 1) for kind in TagKind)


def stranger(chance: random.Random) -> bytes:
    """Return the number of a tag in a passer-by's coat; another each time."""
    who = identity("sgtin", ("0614141", "112345", str(chance.randrange(2**38))))
    return tag_of(who, "sgtin-96", 1).octets


def _tagged(meter: int, kind: TagKind) -> Tagged:
    reference = str(meter * 10 + (kind is TagKind.SEAL))
    epc = tag_of(identity("giai", (_PREFIX, reference)), "giai-96").octets
    plan = PlannedTag(
        id=epc.hex(),
        kind=kind,
        meter=DeviceId(f"meter-{meter:03d}"),
        dwelling=PlaceId(f"ginkgo-1-{100 * (1 + meter // 4) + meter % 4 + 1}"),
        readers=(LOBBY if meter <= _METERS // 2 else CELLAR,),
    )
    return Tagged(plan=plan, epc=epc, antenna=1 + meter % 4)
