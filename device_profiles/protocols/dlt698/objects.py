"""The objects whose attributes matter for a community: their scalers, and the catalogue's names of their values."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from msgspec import Struct

from wire import PropertyName, Words


class Attribute(Struct, frozen=True, kw_only=True):
    """What one attribute holds: whole numbers with so many decimals in a unit, or what has no number.

    `properties` are the catalogue's names of its elements in order, from element 1 on; there the values have
    `shift` powers of ten more.
    """

    title: Words
    decimals: int = 0
    unit: str = ""
    properties: tuple[PropertyName, ...] = ()
    shift: int = 0


# The registers of energies (00xx) and demands (10xx), by the first three digits of the OI; the fourth is the phase.
_REGISTERS: Final[Mapping[int, tuple[str, str, str]]] = {
    0x000: ("组合有功", "active, combined", "kWh"),
    0x001: ("正向有功", "active, imported", "kWh"),
    0x002: ("反向有功", "active, exported", "kWh"),
    0x003: ("组合无功1", "reactive, combined 1", "kvarh"),
    0x004: ("组合无功2", "reactive, combined 2", "kvarh"),
    0x005: ("第一象限无功", "reactive, quadrant 1", "kvarh"),
    0x006: ("第二象限无功", "reactive, quadrant 2", "kvarh"),
    0x007: ("第三象限无功", "reactive, quadrant 3", "kvarh"),
    0x008: ("第四象限无功", "reactive, quadrant 4", "kvarh"),
    0x009: ("正向视在", "apparent, imported", "kVAh"),
    0x00A: ("反向视在", "apparent, exported", "kVAh"),
    0x011: ("正向有功基波", "active, fundamental, imported", "kWh"),
    0x012: ("反向有功基波", "active, fundamental, exported", "kWh"),
    0x021: ("正向有功谐波", "active, harmonic, imported", "kWh"),
    0x022: ("反向有功谐波", "active, harmonic, exported", "kWh"),
    0x030: ("铜损有功补偿", "copper loss", "kWh"),
    0x040: ("铁损有功补偿", "iron loss", "kWh"),
    0x050: ("关联", "associated", "kWh"),
}
_PHASES: Final = (("", ""), ("A相", ", phase A"), ("B相", ", phase B"), ("C相", ", phase C"))
_ENERGIES: Final[Mapping[int, tuple[str, ...]]] = {
    0x0000: ("electricity.index_net",),
    0x0010: tuple(f"electricity.index{tail}" for tail in ("", "_1", "_2", "_3", "_4")),
    0x0020: ("electricity.index_export",),
    0x0030: ("electricity.index_reactive",),
}


def _row(titles: str, decimals: int, unit: str, *names: str, shift: int = 0) -> Attribute:
    zh, en = titles.split(" | ")
    properties = tuple(PropertyName(name) for name in names)
    return Attribute(
        title=Words(zh=zh, en=en), decimals=decimals, unit=unit, properties=properties, shift=shift
    )


def _phased(name: str) -> tuple[str, ...]:
    return tuple(f"electricity.{name}_{letter}" for letter in "abc")


# A table: one attribute a line, by the first three bytes of its OAD without the feature bits (OI and attribute).
# fmt: off
_FIXED: Final[Mapping[int, Attribute]] = {
    0x200002: _row("电压 | voltage", 1, "V", *_phased("voltage")),
    0x200102: _row("电流 | current", 3, "A", *_phased("current")),
    0x200104: _row("零线电流 | current, neutral", 3, "A", "electricity.current_n"),
    0x200105: _row("零序电流 | current, zero sequence", 3, "A"),
    0x200202: _row("电压相角 | phase angle of the voltages", 1, "deg"),
    0x200302: _row("电压电流相角 | phase angle of voltage and current", 1, "deg"),
    0x200402: _row("有功功率 | active power", 1, "W", "electricity.power", *_phased("power")),
    0x200502: _row("无功功率 | reactive power", 1, "var", "electricity.power_reactive"),
    0x200602: _row("视在功率 | apparent power", 1, "VA", "electricity.power_apparent"),
    0x200702: _row("一分钟平均有功功率 | active power, mean of a minute", 1, "W"),
    0x200802: _row("一分钟平均无功功率 | reactive power, mean of a minute", 1, "var"),
    0x200902: _row("一分钟平均视在功率 | apparent power, mean of a minute", 1, "VA"),
    0x200A02: _row("功率因数 | power factor", 3, "", "electricity.power_factor"),
    0x200F02: _row("电网频率 | frequency", 2, "Hz", "electricity.frequency"),
    0x201002: _row("表内温度 | temperature inside", 1, "Cel", "device.temperature"),
    0x201102: _row("时钟电池电压 | voltage of the clock's battery", 2, "V", "device.battery_v"),
    0x201202: _row("停电抄表电池电压 | voltage of the reading battery", 2, "V"),
    0x201302: _row("时钟电池工作时间 | time on the clock's battery", 0, "min"),
    0x201402: _row("电能表运行状态字 | status words", 0, "", "meter.status"),
    0x201702: _row("当前有功需量 | active demand, now", 4, "kW"),
    0x201802: _row("当前无功需量 | reactive demand, now", 4, "kvar"),
    0x201902: _row("当前视在需量 | apparent demand, now", 4, "kVA"),
    0x201A02: _row("当前电价 | price", 4, "CNY/kWh"),
    0x201B02: _row("当前费率电价 | price of the tariff", 4, "CNY/kWh"),
    0x201C02: _row("当前阶梯电价 | price of the step", 4, "CNY/kWh"),
    0x202602: _row("电压不平衡率 | imbalance of the voltages", 2, "%"),
    0x202702: _row("电流不平衡率 | imbalance of the currents", 2, "%"),
    0x202C02: _row("当前钱包文件 | credit and purchases", 2, "CNY", "meter.balance"),
    0x202D02: _row("当前透支金额 | credit overdrawn", 2, "CNY"),
    0x203102: _row("月度用电量 | energy of the month", 2, "kWh"),
    0x203202: _row("阶梯结算用电量 | energy of the billing period", 2, "kWh"),
    0x202102: _row("数据冻结时间 | time of the freeze", 0, ""),
    0x400002: _row("日期时间 | clock", 0, "", "meter.clock"),
    0x400102: _row("通信地址 | address", 0, "", "meter.identity"),
    0x400202: _row("表号 | meter number", 0, ""),
    0x400302: _row("客户编号 | customer number", 0, ""),
    0x400402: _row("设备地理位置 | place", 0, ""),
    0x410002: _row("最大需量周期 | period of the demand", 0, "min"),
    0x410102: _row("滑差时间 | step of the demand", 0, "min"),
    0x410302: _row("资产管理编码 | asset code", 0, ""),
    0x410402: _row("额定电压 | rated voltage", 0, ""),
    0x410502: _row("额定电流 | rated current", 0, ""),
    0x410602: _row("最大电流 | highest current", 0, ""),
    0x410702: _row("有功准确度等级 | accuracy class, active", 0, ""),
    0x410802: _row("无功准确度等级 | accuracy class, reactive", 0, ""),
    0x410902: _row("电能表有功常数 | pulses a kWh", 0, "imp/kWh"),
    0x410A02: _row("电能表无功常数 | pulses a kvarh", 0, "imp/kvarh"),
    0x410B02: _row("电能表型号 | type", 0, ""),
    0x411102: _row("软件备案号 | registered software", 0, ""),
    0x430003: _row("厂商版本信息 | versions of the maker", 0, ""),
}
# fmt: on


@lru_cache(maxsize=4096)
def attribute_of(oad: str) -> Attribute | None:
    """Return what an attribute (OAD as eight hexadecimal digits) holds; None for one that the table does not have."""
    number = int(oad[:6], 16) & 0xFFFF1F
    return _FIXED.get(number) or _register(number)


def _register(number: int) -> Attribute | None:
    oi, attribute = number >> 8, number & 0xFF
    phase = oi & 0xF
    if phase >= len(_PHASES):
        return None
    register = _REGISTERS.get((oi & 0x0FFF) >> 4)
    zh, en = _PHASES[phase]
    if register is None:
        return None
    words, meaning, unit = register
    if oi >> 12 == 0 and attribute in (2, 4):
        decimals = 2 if attribute == 2 else 4
        title = f"{zh}{words}电能 | energy, {meaning}{en}"
        return _row(title, decimals, unit, *_ENERGIES.get(oi, ()))
    if oi >> 12 == 1 and attribute == 2:
        names = ("electricity.demand",) if oi == 0x1010 else ()
        title = f"{zh}{words}最大需量 | highest demand, {meaning}{en}"
        return _row(title, 4, unit.removesuffix("h"), *names, shift=3 if names else 0)
    return None
