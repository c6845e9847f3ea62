"""What a meter measures, by the byte of its type."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from wire import Words


class Family(StrEnum):
    """The meters whose answers are laid out alike."""

    WATER = "water"
    HEAT = "heat"
    GAS = "gas"
    OTHER = "other"


COOLING: Final = 0x21
_NAMES: Final[Mapping[int, Words]] = {
    0x10: Words(zh="冷水水表", en="cold water"),
    0x11: Words(zh="生活热水水表", en="hot water"),
    0x12: Words(zh="直饮水水表", en="drinking water"),
    0x13: Words(zh="中水水表", en="reclaimed water"),
    0x20: Words(zh="热量表(计热量)", en="heat"),
    0x21: Words(zh="热量表(计冷量)", en="cooling"),
    0x30: Words(zh="燃气表", en="gas"),
    0x40: Words(zh="电度表", en="electricity"),
}
_FAMILIES: Final = {1: Family.WATER, 2: Family.HEAT, 3: Family.GAS}


def family_of(meter_type: int) -> Family:
    """Return the family: 10 to 19 are water meters, 20 to 29 heat meters, 30 to 39 gas meters."""
    if meter_type & 0x0F > 9:
        return Family.OTHER
    return _FAMILIES.get(meter_type >> 4, Family.OTHER)


def type_words(meter_type: int) -> Words:
    """Return what a meter of this type measures."""
    known = _NAMES.get(meter_type)
    return known or Words(zh=f"表类型{meter_type:02X}", en=f"meter type {meter_type:02X}")
