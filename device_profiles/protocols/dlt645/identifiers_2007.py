"""The data identifiers of DL/T 645-2007 (annex A, and the filed supplement for prepayment and signs)."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from device_profiles.protocols.dlt645.item import Item, Kind
from device_profiles.protocols.dlt645.table_2007 import TABLE_2007
from wire import PropertyName, Words

_BLOCK: Final = 0xFF
_MOST_TARIFFS: Final = 0x3F
_MOST_DAYS: Final = 0x0C

# The registers of an energy or a demand: (title, unit of the energy, unit of the demand, signed).
_REGISTERS: Final[Mapping[int, tuple[Words, str, str, bool]]] = {
    0x00: (Words(zh="组合有功", en="active, combined"), "kWh", "kW", True),
    0x01: (Words(zh="正向有功", en="active, imported"), "kWh", "kW", False),
    0x02: (Words(zh="反向有功", en="active, exported"), "kWh", "kW", False),
    0x03: (Words(zh="组合无功1", en="reactive, combined 1"), "kvarh", "kvar", True),
    0x04: (Words(zh="组合无功2", en="reactive, combined 2"), "kvarh", "kvar", True),
    0x05: (Words(zh="第一象限无功", en="reactive, quadrant 1"), "kvarh", "kvar", False),
    0x06: (Words(zh="第二象限无功", en="reactive, quadrant 2"), "kvarh", "kvar", False),
    0x07: (Words(zh="第三象限无功", en="reactive, quadrant 3"), "kvarh", "kvar", False),
    0x08: (Words(zh="第四象限无功", en="reactive, quadrant 4"), "kvarh", "kvar", False),
    0x09: (Words(zh="正向视在", en="apparent, imported"), "kVAh", "kVA", False),
    0x0A: (Words(zh="反向视在", en="apparent, exported"), "kVAh", "kVA", False),
}
# Registers of the phases A, B and C begin here, without the combined active one.
_PHASES: Final = {0x14: ("A相", ", phase A"), 0x28: ("B相", ", phase B"), 0x3C: ("C相", ", phase C")}
_EXTRAS: Final = {
    0x80: ("关联总", "associated"),
    0x81: ("正向有功基波", "fundamental, imported"),
    0x82: ("反向有功基波", "fundamental, exported"),
    0x83: ("正向有功谐波", "harmonic, imported"),
    0x84: ("反向有功谐波", "harmonic, exported"),
    0x85: ("铜损有功补偿", "copper loss"),
    0x86: ("铁损有功补偿", "iron loss"),
}
_TARIFFS: Final = tuple(PropertyName(f"electricity.index{tail}") for tail in ("", "_1", "_2", "_3", "_4"))


@lru_cache(maxsize=8192)
def item_2007(identifier: int) -> Item | None:
    """Return what stands behind an identifier (DI3 first); None for one that this table does not have."""
    family = identifier >> 24
    if family == 0x00:
        return TABLE_2007.get(identifier) or _energy(identifier)
    if family == 0x01:
        return _demand(identifier)
    if family == 0x02:
        return TABLE_2007.get(identifier) or _variable(identifier)
    if family == 0x05:
        return _frozen(identifier)
    return TABLE_2007.get(identifier)


def _parts(identifier: int) -> tuple[int, int, int]:
    return identifier >> 16 & 0xFF, identifier >> 8 & 0xFF, identifier & 0xFF


def _register(number: int) -> tuple[Words, str, str, bool] | None:
    if number in _REGISTERS:
        return _REGISTERS[number]
    for first, (zh, en) in _PHASES.items():
        of_all = _REGISTERS.get(number - first)
        if of_all and number != first:
            words = of_all[0]
            return Words(zh=zh + words.zh, en=words.en + en), *of_all[1:]
        if number - 0x80 in range(first, first + 7):
            return _extra(0x80 + number - 0x80 - first, zh, en)
    return _extra(number, "", "")


def _extra(number: int, zh: str, en: str) -> tuple[Words, str, str, bool] | None:
    if number not in _EXTRAS:
        return None
    own = _EXTRAS[number]
    return Words(zh=zh + own[0], en=own[1] + en), "kWh", "kW", False


def _in_range(tariff: int, day: int) -> bool:
    return (tariff <= _MOST_TARIFFS or tariff == _BLOCK) and (day <= _MOST_DAYS or day == _BLOCK)


def _which(tariff: int, day: int) -> tuple[str, str]:
    """Return the words for a tariff and a settlement day, Chinese and English."""
    zh, en = "", ""
    if tariff == _BLOCK:
        zh, en = "(各费率)", ", all tariffs"
    elif tariff:
        zh, en = f"(费率{tariff})", f", tariff {tariff}"
    if day == _BLOCK:
        return zh + "(各结算日)", en + ", all settlement days"
    return (zh + f"(上{day}结算日)", en + f", settlement day {day} back") if day else (zh, en)


def _energy(identifier: int) -> Item | None:
    number, tariff, day = _parts(identifier)
    register = _register(number)
    if register is None or not _in_range(tariff, day):
        return None
    words, unit, _, signed = register
    zh, en = _which(tariff, day)
    return Item(
        title=Words(zh=f"{words.zh}电能{zh}", en=f"energy, {words.en}{en}"),
        decimals=2,
        unit=unit,
        signed=signed,
        block=_BLOCK in (tariff, day),
        properties=_energy_properties(number, tariff, day),
    )


def _energy_properties(number: int, tariff: int, day: int) -> tuple[PropertyName, ...]:
    if day:
        settled = (number, tariff, day) == (1, 0, 1)
        return (PropertyName("electricity.index_settled"),) if settled else ()
    if number == 0x01:
        if tariff == _BLOCK:
            return _TARIFFS
        return _TARIFFS[tariff : tariff + 1]
    total = {
        0x00: "electricity.index_net",
        0x02: "electricity.index_export",
        0x03: "electricity.index_reactive",
    }.get(number)
    return (PropertyName(total),) if total and tariff in (0, _BLOCK) else ()


def _demand(identifier: int) -> Item | None:
    number, tariff, day = _parts(identifier)
    register = _register(number)
    if register is None or not _in_range(tariff, day):
        return None
    words, _, unit, signed = register
    zh, en = _which(tariff, day)
    now = number == 0x01 and tariff in (0, _BLOCK) and day == 0
    return Item(
        title=Words(zh=f"{words.zh}最大需量{zh}", en=f"highest demand, {words.en}{en}"),
        kind=Kind.DEMAND,
        width=3,
        decimals=4,
        unit=unit,
        signed=signed,
        block=_BLOCK in (tariff, day),
        properties=(PropertyName("electricity.demand"),) if now else (),
        shift=3 if now else 0,
    )


# (title, width, decimals, unit, signed, first element, last element, properties from the first element on, shift)
_VARIABLES: Final[Mapping[int, tuple[Words, int, int, str, bool, int, int, Sequence[str], int]]] = {
    0x01: (Words(zh="电压", en="voltage"), 2, 1, "V", False, 1, 3, ("voltage_a", "voltage_b", "voltage_c"), 0),
    0x02: (Words(zh="电流", en="current"), 3, 3, "A", True, 1, 3, ("current_a", "current_b", "current_c"), 0),
    0x03: (
        Words(zh="瞬时有功功率", en="active power"), 3, 4, "kW", True, 0, 3,
        ("power", "power_a", "power_b", "power_c"), 3,
    ),
    0x04: (Words(zh="瞬时无功功率", en="reactive power"), 3, 4, "kvar", True, 0, 3, ("power_reactive",), 3),
    0x05: (Words(zh="瞬时视在功率", en="apparent power"), 3, 4, "kVA", True, 0, 3, ("power_apparent",), 3),
    0x06: (Words(zh="功率因数", en="power factor"), 2, 3, "", True, 0, 3, ("power_factor",), 0),
    0x07: (Words(zh="相角", en="phase angle"), 2, 1, "deg", False, 1, 3, (), 0),
    0x08: (Words(zh="电压波形失真度", en="distortion of the voltage"), 2, 2, "%", False, 1, 3, (), 0),
    0x09: (Words(zh="电流波形失真度", en="distortion of the current"), 2, 2, "%", False, 1, 3, (), 0),
}  # fmt: skip
_HARMONICS: Final = {
    0x0A: Words(zh="电压谐波含量", en="harmonics of the voltage"),
    0x0B: Words(zh="电流谐波含量", en="harmonics of the current"),
}
_ELEMENTS: Final = {
    0: ("总", "total"),
    1: ("A相", "phase A"),
    2: ("B相", "phase B"),
    3: ("C相", "phase C"),
    _BLOCK: ("各相", "all phases"),
}


def _variable(identifier: int) -> Item | None:
    number, element, order = _parts(identifier)
    if number in _HARMONICS and element in (1, 2, 3):
        return _harmonic(_HARMONICS[number], element, order)
    row = _VARIABLES.get(number)
    if row is None or order:
        return None
    words, width, decimals, unit, signed, first, last, names, shift = row
    if not (first <= element <= last or element == _BLOCK):
        return None
    all_names = tuple(PropertyName(f"electricity.{name}") for name in names)
    zh, en = _ELEMENTS[element]
    return Item(
        title=Words(zh=zh + words.zh, en=f"{words.en}, {en}"),
        width=width,
        decimals=decimals,
        unit=unit,
        signed=signed,
        block=element == _BLOCK,
        properties=all_names if element == _BLOCK else all_names[element - first : element - first + 1],
        shift=shift,
    )


def _harmonic(words: Words, element: int, order: int) -> Item | None:
    if not (1 <= order <= 21 or order == _BLOCK):
        return None
    zh, en = _ELEMENTS[element]
    which = "各次" if order == _BLOCK else f"{order}次"
    return Item(
        title=Words(zh=f"{zh}{which}{words.zh}", en=f"{words.en}, {en}, order {order}"),
        width=2,
        decimals=2,
        unit="%",
        block=order == _BLOCK,
    )


_FREEZES: Final = {
    0x00: ("定时冻结", "timed freeze"),
    0x01: ("瞬时冻结", "freeze on command"),
    0x02: ("两套时区表切换冻结", "freeze at the change of seasons"),
    0x03: ("两套日时段表切换冻结", "freeze at the change of periods"),
    0x04: ("整点冻结", "hourly freeze"),
    0x05: ("两套费率电价切换冻结", "freeze at the change of prices"),
    0x06: ("日冻结", "daily freeze"),
    0x07: ("两套阶梯切换冻结", "freeze at the change of steps"),
}
# What a freeze holds of the registers, all tariffs each.
_FROZEN_ENERGY: Final = range(0x01, 0x09)
_FROZEN_DEMAND: Final = {0x09: 0x01, 0x0A: 0x02}


def _frozen(identifier: int) -> Item | None:
    kind, what, number = _parts(identifier)
    if kind not in _FREEZES or not 1 <= number <= 0xFE:
        return None
    zh, en = _FREEZES[kind]
    if what == 0x00:
        return Item(title=Words(zh=f"{zh}时间", en=f"{en}, time"), kind=Kind.CLOCK, width=5, clock="ymdhi")
    if what in _FROZEN_ENERGY:
        words, unit, _, signed = _REGISTERS[what]
        title = Words(zh=f"{zh}{words.zh}电能", en=f"{en}, energy, {words.en}")
        return Item(title=title, decimals=2, unit=unit, signed=signed, block=True)
    if what in _FROZEN_DEMAND:
        words, _, unit, _ = _REGISTERS[_FROZEN_DEMAND[what]]
        title = Words(zh=f"{zh}{words.zh}最大需量", en=f"{en}, highest demand, {words.en}")
        return Item(title=title, kind=Kind.DEMAND, width=3, decimals=4, unit=unit, block=True)
    if what == 0x10:
        title = Words(zh=f"{zh}变量", en=f"{en}, powers")
        return Item(title=title, width=3, decimals=4, unit="kW", signed=True, block=True)
    return None
