"""The data identifiers of DL/T 645-1997 (annex B)."""

from functools import lru_cache
from typing import Final

from device_profiles.protocols.dlt645.item import Item, Kind
from device_profiles.protocols.dlt645.table_1997 import TABLE_1997
from wire import PropertyName, Words

_BLOCK: Final = 0xF
_MONTHS: Final = {
    0x0: ("", ""),
    0x4: ("(上月)", ", last month"),
    0x8: ("(上上月)", ", month before last"),
}
_ENERGIES: Final = {
    0x01: ("正向有功", "active, imported", "kWh"),
    0x02: ("反向有功", "active, exported", "kWh"),
    0x11: ("正向无功", "reactive, imported", "kvarh"),
    0x12: ("反向无功", "reactive, exported", "kvarh"),
    0x13: ("一象限无功", "reactive, quadrant 1", "kvarh"),
    0x14: ("四象限无功", "reactive, quadrant 4", "kvarh"),
    0x15: ("二象限无功", "reactive, quadrant 2", "kvarh"),
    0x16: ("三象限无功", "reactive, quadrant 3", "kvarh"),
}
_TARIFFS: Final = tuple(PropertyName(f"electricity.index{tail}") for tail in ("", "_1", "_2", "_3", "_4"))


@lru_cache(maxsize=4096)
def item_1997(identifier: int) -> Item | None:
    """Return what stands behind an identifier (DI1 first); None for one that this table does not have."""
    family = identifier >> 12
    if family == 0x9:
        return _energy(identifier)
    if family in (0xA, 0xB):
        return TABLE_1997.get(identifier) or _demand(identifier)
    return TABLE_1997.get(identifier)


def _register(identifier: int) -> tuple[str, str, tuple[str, str, str], int] | None:
    """Return the words for the month, the register, and the tariff (0 in all, F a block) of 9xxx, Axxx and Bxxx."""
    month = _MONTHS.get(identifier >> 8 & 0xC)
    register = _ENERGIES.get((identifier >> 8 & 0x3) << 4 | identifier >> 4 & 0xF)
    tariff = identifier & 0xF
    if month is None or register is None:
        return None
    zh, en = month
    if tariff == _BLOCK:
        zh, en = f"(各费率){zh}", f", all tariffs{en}"
    elif tariff:
        zh, en = f"(费率{tariff}){zh}", f", tariff {tariff}{en}"
    return zh, en, register, tariff


def _energy(identifier: int) -> Item | None:
    found = _register(identifier)
    if found is None:
        return None
    zh, en, (zh_name, en_name, unit), tariff = found
    return Item(
        title=Words(zh=f"{zh_name}电能{zh}", en=f"energy, {en_name}{en}"),
        decimals=2,
        unit=unit,
        block=tariff == _BLOCK,
        properties=_properties(identifier & 0xFFF0, tariff),
    )


def _properties(register: int, tariff: int) -> tuple[PropertyName, ...]:
    if register == 0x9010:
        return _TARIFFS if tariff == _BLOCK else _TARIFFS[tariff : tariff + 1]
    total = {
        0x9020: "electricity.index_export",
        0x9110: "electricity.index_reactive",
        0x9410: "electricity.index_settled",
    }.get(register)
    return (PropertyName(total),) if total and tariff in (0, _BLOCK) else ()


def _demand(identifier: int) -> Item | None:
    """A0xx to A9xx are demands (NN.NNNN), B0xx to B9xx their times (MMDDhhmm, without a year)."""
    found = _register(identifier)
    if found is None:
        return None
    zh, en, (zh_name, en_name, unit), tariff = found
    if identifier >> 12 == 0xB:
        title = Words(zh=f"{zh_name}最大需量发生时间{zh}", en=f"time of the highest demand, {en_name}{en}")
        return Item(title=title, kind=Kind.DIGITS, width=4, block=tariff == _BLOCK)
    now = identifier & 0xFFF0 == 0xA010 and tariff in (0, _BLOCK)
    return Item(
        title=Words(zh=f"{zh_name}最大需量{zh}", en=f"highest demand, {en_name}{en}"),
        width=3,
        decimals=4,
        unit=unit.removesuffix("h"),
        block=tariff == _BLOCK,
        properties=(PropertyName("electricity.demand"),) if now else (),
        shift=3 if now else 0,
    )
