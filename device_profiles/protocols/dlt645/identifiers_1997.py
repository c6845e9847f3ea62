"""The data identifiers of DL/T 645-1997 (annex B)."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from device_profiles.protocols.dlt645.item import Item, Kind
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
        return _FIXED.get(identifier) or _demand(identifier)
    return _FIXED.get(identifier)


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


def _row(titles: str, width: int, decimals: int = 0, unit: str = "", *names: str, **more: object) -> Item:
    zh, en = titles.split(" | ")
    properties = tuple(PropertyName(name) for name in names)
    words = Words(zh=zh, en=en)
    return Item(title=words, width=width, decimals=decimals, unit=unit, properties=properties, **more)  # type: ignore[arg-type]


def _phases(
    first: int, titles: str, shape: tuple[int, int, str], name: str, **more: object
) -> dict[int, Item]:
    """Return the rows of the phases A, B and C and of their block."""
    zh, en = titles.split(" | ")
    width, decimals, unit = shape
    names = [f"electricity.{name}_{letter}" for letter in "abc"] if name else []
    found = {
        first + n: _row(
            f"{letter}相{zh} | {en}, phase {letter}", width, decimals, unit, *names[n : n + 1], **more
        )
        for n, letter in enumerate("ABC")
    }
    found[first | _BLOCK] = _row(
        f"各相{zh} | {en}, all phases", width, decimals, unit, *names, block=True, **more
    )
    return found


def _powers(first: int, titles: str, decimals: int, unit: str, *names: str) -> dict[int, Item]:
    """Return the rows of a power in all, of the phases and of the block that begins with the whole."""
    zh, en = titles.split(" | ")
    shape = (3 if unit == "kW" else 2, decimals, unit)
    properties = [f"electricity.{name}" for name in names]
    words = ["总 | in all", "A相 | phase A", "B相 | phase B", "C相 | phase C"]
    shift = {"shift": 3} if unit else {}
    found = {}
    for n, which in enumerate(words):
        which_zh, which_en = which.split(" | ")
        title = f"{which_zh}{zh} | {en}, {which_en}"
        found[first + n] = _row(title, *shape, *properties[n : n + 1], **shift)
    found[first | _BLOCK] = _row(f"各{zh} | {en}, total and phases", *shape, *properties, block=True, **shift)
    return found


_CLOCK: Final = {"kind": Kind.CLOCK}
_DIGITS: Final = {"kind": Kind.DIGITS}
_BITS: Final = {"kind": Kind.BITS}

# A table: one identifier a line.
# fmt: off
_FIXED: Final[Mapping[int, Item]] = {
    0xB210: _row("最近一次编程时间 | last programming", 4, **_DIGITS),
    0xB211: _row("最近一次最大需量清零时间 | last clearing of the demand", 4, **_DIGITS),
    0xB212: _row("编程次数 | programmings", 2),
    0xB213: _row("最大需量清零次数 | clearings of the demand", 2),
    0xB214: _row("电池工作时间 | time on the battery", 3, 0, "min"),
    0xB310: _row("总断相次数 | phase failures", 2),
    0xB311: _row("A相断相次数 | phase failures, phase A", 2),
    0xB312: _row("B相断相次数 | phase failures, phase B", 2),
    0xB313: _row("C相断相次数 | phase failures, phase C", 2),
    0xB320: _row("断相时间累计值 | time of phase failures", 3, 0, "min"),
    **_phases(0xB611, "电压 | voltage", (2, 0, "V"), "voltage"),
    **_phases(0xB621, "电流 | current", (2, 2, "A"), "current"),
    **_powers(0xB630, "瞬时有功功率 | active power", 4, "kW", "power", "power_a", "power_b", "power_c"),
    0xB634: _row("正向有功功率上限值 | limit of the power imported", 2, 2, "kW"),
    0xB635: _row("反向有功功率上限值 | limit of the power exported", 2, 2, "kW"),
    **_powers(0xB640, "瞬时无功功率 | reactive power", 2, "kvar", "power_reactive"),
    **_powers(0xB650, "功率因数 | power factor", 3, "", "power_factor"),
    **_powers(0xB660, "瞬时视在功率 | apparent power", 2, "kVA", "power_apparent"),
    0xC010: _row("日期及周次 | date", 4, clock="ymdw", **_CLOCK),
    0xC011: _row("时间 | time of day", 3, clock="his", **_CLOCK),
    0xC020: _row("电表运行状态字 | status word", 1, 0, "", "meter.status", **_BITS),
    0xC021: _row("电网状态字 | status of the mains", 1, **_BITS),
    0xC022: _row("周休日状态字 | status of the weekend", 1, **_BITS),
    0xC030: _row("电表常数(有功) | pulses a kWh", 3, 0, "imp/kWh"),
    0xC031: _row("电表常数(无功) | pulses a kvarh", 3, 0, "imp/kvarh"),
    0xC032: _row("表号 | meter number", 6, 0, "", "meter.identity", **_DIGITS),
    0xC033: _row("用户号 | customer number", 6, **_DIGITS),
    0xC034: _row("设备码 | device code", 6, **_DIGITS),
    0xC111: _row("最大需量周期 | period of the demand", 1, 0, "min"),
    0xC112: _row("滑差时间 | step of the demand", 1, 0, "min"),
    0xC113: _row("循显时间 | time a screen", 1, 0, "s"),
    0xC114: _row("停显时间 | time until the screen goes dark", 1, 0, "s"),
    0xC115: _row("显示电能小数位数 | decimals of the energy shown", 1),
    0xC116: _row("显示功率小数位数 | decimals of the power shown", 1),
    0xC117: _row("自动抄表日期 | day of the settlement, day and hour", 2, **_DIGITS),
    0xC118: _row("负荷代表日 | day of the load", 1),
    0xC119: _row("有功电能起始读数 | first index, active", 4, 1, "kWh"),
    0xC11A: _row("无功电能起始读数 | first index, reactive", 4, 1, "kvarh"),
    0xC211: _row("输出脉冲宽度 | width of the pulse", 2, 0, "ms"),
    0xC310: _row("年时区数 | seasons", 1),
    0xC311: _row("日时段表数 | tables of periods", 1),
    0xC312: _row("日时段数 | periods of a day", 1),
    0xC313: _row("费率数 | tariffs", 1),
    0xC314: _row("公共假日数 | holidays", 1),
}
# fmt: on
