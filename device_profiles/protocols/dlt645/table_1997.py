"""The identifiers of DL/T 645-1997 that stand alone: variables, counts and parameters."""

from collections.abc import Mapping
from typing import Final

from device_profiles.protocols.dlt645.item import Item, item_row

_BLOCK: Final = 0xF


def _phases(first: int, titles: str, shape: str, name: str) -> dict[int, Item]:
    """Return the rows of the phases A, B and C and of their block."""
    zh, en = titles.split(" | ")
    names = [f"electricity.{name}_{letter}" for letter in "abc"]
    found = {
        first + n: item_row(f"{letter}相{zh} | {en}, phase {letter}", shape, names[n])
        for n, letter in enumerate("ABC")
    }
    found[first | _BLOCK] = item_row(f"各相{zh} | {en}, all phases", shape, *names, block=True)
    return found


def _powers(first: int, titles: str, shape: str, *names: str) -> dict[int, Item]:
    """Return the rows of a power in all, of the phases and of the block that begins with the whole."""
    zh, en = titles.split(" | ")
    properties = [f"electricity.{name}" for name in names]
    shift = 3 if " k" in shape else 0
    found = {}
    for n, which in enumerate(("总 | in all", "A相 | phase A", "B相 | phase B", "C相 | phase C")):
        which_zh, which_en = which.split(" | ")
        title = f"{which_zh}{zh} | {en}, {which_en}"
        found[first + n] = item_row(title, shape, *properties[n : n + 1], shift=shift)
    title = f"各{zh} | {en}, in all and by phase"
    found[first | _BLOCK] = item_row(title, shape, *properties, block=True, shift=shift)
    return found


# A table: one identifier a line.
# fmt: off
TABLE_1997: Final[Mapping[int, Item]] = {
    0xB210: item_row("最近一次编程时间 | last programming", "digits 4"),
    0xB211: item_row("最近一次最大需量清零时间 | last clearing of the demand", "digits 4"),
    0xB212: item_row("编程次数 | programmings", "u2"),
    0xB213: item_row("最大需量清零次数 | clearings of the demand", "u2"),
    0xB214: item_row("电池工作时间 | time on the battery", "u3 min"),
    0xB310: item_row("总断相次数 | phase failures", "u2"),
    0xB311: item_row("A相断相次数 | phase failures, phase A", "u2"),
    0xB312: item_row("B相断相次数 | phase failures, phase B", "u2"),
    0xB313: item_row("C相断相次数 | phase failures, phase C", "u2"),
    0xB320: item_row("断相时间累计值 | time of phase failures", "u3 min"),
    **_phases(0xB611, "电压 | voltage", "u2 V", "voltage"),
    **_phases(0xB621, "电流 | current", "u2.2 A", "current"),
    **_powers(0xB630, "瞬时有功功率 | active power", "u3.4 kW", "power", "power_a", "power_b", "power_c"),
    0xB634: item_row("正向有功功率上限值 | limit of the power imported", "u2.2 kW"),
    0xB635: item_row("反向有功功率上限值 | limit of the power exported", "u2.2 kW"),
    **_powers(0xB640, "瞬时无功功率 | reactive power", "u2.2 kvar", "power_reactive"),
    **_powers(0xB650, "功率因数 | power factor", "u2.3", "power_factor"),
    **_powers(0xB660, "瞬时视在功率 | apparent power", "u2.2 kVA", "power_apparent"),
    0xC010: item_row("日期及周次 | date", "clock 4 ymdw"),
    0xC011: item_row("时间 | time of day", "clock 3 his"),
    0xC020: item_row("电表运行状态字 | status word", "bits 1", "meter.status"),
    0xC021: item_row("电网状态字 | status of the mains", "bits 1"),
    0xC022: item_row("周休日状态字 | status of the weekend", "bits 1"),
    0xC030: item_row("电表常数(有功) | pulses a kWh", "u3 imp/kWh"),
    0xC031: item_row("电表常数(无功) | pulses a kvarh", "u3 imp/kvarh"),
    0xC032: item_row("表号 | meter number", "digits 6", "meter.identity"),
    0xC033: item_row("用户号 | customer number", "digits 6"),
    0xC034: item_row("设备码 | device code", "digits 6"),
    0xC111: item_row("最大需量周期 | period of the demand", "u1 min"),
    0xC112: item_row("滑差时间 | step of the demand", "u1 min"),
    0xC113: item_row("循显时间 | time a screen", "u1 s"),
    0xC114: item_row("停显时间 | time until the screen goes dark", "u1 s"),
    0xC115: item_row("显示电能小数位数 | decimals of the energy shown", "u1"),
    0xC116: item_row("显示功率小数位数 | decimals of the power shown", "u1"),
    0xC117: item_row("自动抄表日期 | day of the settlement, day and hour", "digits 2"),
    0xC118: item_row("负荷代表日 | day of the load", "u1"),
    0xC119: item_row("有功电能起始读数 | first index, active", "u4.1 kWh"),
    0xC11A: item_row("无功电能起始读数 | first index, reactive", "u4.1 kvarh"),
    0xC211: item_row("输出脉冲宽度 | width of the pulse", "u2 ms"),
    0xC310: item_row("年时区数 | seasons", "u1"),
    0xC311: item_row("日时段表数 | tables of periods", "u1"),
    0xC312: item_row("日时段数 | periods of a day", "u1"),
    0xC313: item_row("费率数 | tariffs", "u1"),
    0xC314: item_row("公共假日数 | holidays", "u1"),
}
# fmt: on
"""What stands behind each identifier."""
