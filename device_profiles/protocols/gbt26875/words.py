"""The standard's lists in words: systems, components, states, operations and analogue values."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from wire import Words


def _words(lines: str) -> dict[int, Words]:
    found = {}
    for line in lines.strip().splitlines():
        number, zh, en = line.split(" | ")
        found[int(number)] = Words(zh=zh, en=en)
    return found


SYSTEMS: Final[Mapping[int, Words]] = _words("""
0 | 通用 | general
1 | 火灾报警系统 | fire alarm system
10 | 消防联动控制器 | fire protection control
11 | 消火栓系统 | hydrants
12 | 自动喷水灭火系统 | sprinklers
13 | 气体灭火系统 | gas extinguishing
14 | 水喷雾灭火系统(泵启动) | water spray, by pump
15 | 水喷雾灭火系统(压力容器启动) | water spray, by pressure vessel
16 | 泡沫灭火系统 | foam
17 | 干粉灭火系统 | dry powder
18 | 防烟排烟系统 | smoke control
19 | 防火门及卷帘系统 | fire doors and shutters
20 | 消防电梯 | fire lift
21 | 消防应急广播 | emergency broadcast
22 | 消防应急照明和疏散指示系统 | emergency lights and exit signs
23 | 消防电源 | fire protection power
24 | 消防电话 | fire telephone
""")
"""Kinds of systems (table 4)."""
COMPONENTS: Final[Mapping[int, Words]] = _words("""
0 | 通用 | general
1 | 火灾报警控制器 | fire alarm controller
10 | 可燃气体探测器 | gas detector
11 | 点型可燃气体探测器 | point gas detector
12 | 独立式可燃气体探测器 | stand-alone gas detector
13 | 线型可燃气体探测器 | line gas detector
16 | 电气火灾监控报警器 | electrical fire monitor
17 | 剩余电流式电气火灾监控探测器 | residual current detector
18 | 测温式电气火灾监控探测器 | cable temperature detector
21 | 探测回路 | detection loop
22 | 火灾显示盘 | repeater panel
23 | 手动火灾报警按钮 | manual call point
24 | 消火栓按钮 | hydrant button
25 | 火灾探测器 | fire detector
30 | 感温火灾探测器 | heat detector
31 | 点型感温火灾探测器 | point heat detector
32 | 点型感温火灾探测器(S型) | point heat detector, type S
33 | 点型感温火灾探测器(R型) | point heat detector, type R
34 | 线型感温火灾探测器 | line heat detector
35 | 线型感温火灾探测器(S型) | line heat detector, type S
36 | 线型感温火灾探测器(R型) | line heat detector, type R
37 | 光纤感温火灾探测器 | fibre heat detector
40 | 感烟火灾探测器 | smoke detector
41 | 点型离子感烟火灾探测器 | ionisation smoke detector
42 | 点型光电感烟火灾探测器 | photoelectric smoke detector
43 | 线型光束感烟火灾探测器 | beam smoke detector
44 | 吸气式感烟火灾探测器 | aspirating smoke detector
50 | 复合式火灾探测器 | combined detector
51 | 复合式感烟感温火灾探测器 | smoke and heat detector
52 | 复合式感光感温火灾探测器 | flame and heat detector
53 | 复合式感光感烟火灾探测器 | flame and smoke detector
61 | 紫外火焰探测器 | ultraviolet flame detector
62 | 红外火焰探测器 | infrared flame detector
69 | 感光火灾探测器 | flame detector
74 | 气体探测器 | gas sensor
78 | 图像摄像方式火灾探测器 | video fire detector
79 | 感声火灾探测器 | acoustic fire detector
81 | 气体灭火控制器 | gas extinguishing controller
82 | 消防电气控制装置 | electrical control
83 | 消防控制室图形显示装置 | control room display
84 | 模块 | module
85 | 输入模块 | input module
86 | 输出模块 | output module
87 | 输入/输出模块 | input and output module
88 | 中继模块 | relay module
91 | 消防水泵 | fire pump
92 | 消防水箱 | water tank
95 | 喷淋泵 | sprinkler pump
96 | 水流指示器 | flow indicator
97 | 信号阀 | signal valve
98 | 报警阀 | alarm valve
99 | 压力开关 | pressure switch
101 | 阀驱动装置 | valve drive
102 | 防火门 | fire door
103 | 防火阀 | fire damper
104 | 通风空调 | ventilation
105 | 泡沫液泵 | foam pump
106 | 管网电磁阀 | solenoid valve
111 | 防烟排烟风机 | smoke fan
113 | 排烟防火阀 | smoke damper
114 | 常闭送风口 | air inlet
115 | 排烟口 | smoke outlet
116 | 电控挡烟垂壁 | smoke curtain
117 | 防火卷帘控制器 | shutter controller
118 | 防火门监控器 | door monitor
121 | 警报装置 | sounder
""")
"""Kinds of components (table 5)."""

_STATE: Final = (
    Words(zh="火警", en="fire alarm"),
    Words(zh="故障", en="fault"),
    Words(zh="屏蔽", en="disabled"),
    Words(zh="监管", en="supervised"),
    Words(zh="启动", en="started"),
    Words(zh="反馈", en="feedback"),
    Words(zh="延时", en="delayed"),
)
# Bit 0 (1 = normal, 0 = test) says nothing in practice: devices leave it 0 in alarms.
_BIT_0: Final = Words(zh="", en="")
SYSTEM_STATES: Final[Sequence[Words]] = (
    _BIT_0,
    *_STATE,
    Words(zh="主电故障", en="mains fault"),
    Words(zh="备电故障", en="battery fault"),
    Words(zh="总线故障", en="bus fault"),
    Words(zh="手动状态", en="manual mode"),
    Words(zh="配置改变", en="configuration changed"),
    Words(zh="复位", en="reset"),
)
COMPONENT_STATES: Final[Sequence[Words]] = (_BIT_0, *_STATE, Words(zh="电源故障", en="power fault"))
DEVICE_STATES: Final[Sequence[Words]] = (
    _BIT_0,
    Words(zh="火警", en="fire alarm"),
    Words(zh="故障", en="fault"),
    Words(zh="主电故障", en="mains fault"),
    Words(zh="备电故障", en="battery fault"),
    Words(zh="与监控中心通信信道故障", en="link to the centre lost"),
    Words(zh="监测连接线路故障", en="monitored line lost"),
)
OPERATIONS: Final[Sequence[Words]] = (
    Words(zh="复位", en="reset"),
    Words(zh="消音", en="muted"),
    Words(zh="手动报警", en="manual alarm"),
    Words(zh="警情消除", en="alarm cleared"),
    Words(zh="自检", en="self test"),
    Words(zh="确认", en="confirmed"),
    Words(zh="测试", en="test"),
)
DEVICE_OPERATIONS: Final[Sequence[Words]] = (
    *OPERATIONS[:5],
    Words(zh="查岗应答", en="watch check answered"),
    OPERATIONS[6],
)


class Analogue(Struct, frozen=True, kw_only=True):
    """What an analogue value measures: whole numbers with so many decimals, in a unit."""

    title: Words
    decimals: int
    unit: str


def _analogue(zh: str, en: str, decimals: int, unit: str) -> Analogue:
    return Analogue(title=Words(zh=zh, en=en), decimals=decimals, unit=unit)


ANALOGUES: Final[Mapping[int, Analogue]] = {
    1: _analogue("事件计数", "events", 0, ""),
    2: _analogue("高度", "height", 2, "m"),
    3: _analogue("温度", "temperature", 1, "Cel"),
    4: _analogue("压力", "pressure", 1, "MPa"),
    5: _analogue("压力", "pressure", 1, "kPa"),
    6: _analogue("气体浓度", "gas concentration", 1, "%"),
    7: _analogue("时间", "time", 0, "s"),
    8: _analogue("电压", "voltage", 1, "V"),
    9: _analogue("电流", "current", 1, "A"),
    10: _analogue("流量", "flow", 1, "l/s"),
    11: _analogue("风量", "air volume", 1, "m3/min"),
    12: _analogue("风速", "wind speed", 0, "m/s"),
}
"""Analogue values (table 6)."""


def words_of(bits: int, known: Sequence[Words]) -> Words:
    """Return what the bits of a state or an operation say; nothing set is `normal`."""
    said = [word for bit, word in enumerate(known) if bits >> bit & 1 and word.zh]
    if not said:
        return Words(zh="正常", en="normal")
    return Words(zh="、".join(word.zh for word in said), en=", ".join(word.en for word in said))


def system_words(kind: int) -> Words:
    """Return what kind of system it is."""
    return SYSTEMS.get(kind) or Words(zh=f"系统类型{kind}", en=f"system of kind {kind}")


def component_words(kind: int) -> Words:
    """Return what kind of component it is."""
    return COMPONENTS.get(kind) or Words(zh=f"部件类型{kind}", en=f"component of kind {kind}")
