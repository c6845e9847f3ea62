"""The data identifiers, which meters send in either order of their two bytes."""

from collections.abc import Mapping
from typing import Final

from wire import Words

METERED: Final = 0x901F
ADDRESS: Final = 0x810A
SETTLED: Final = range(0xD120, 0xD12C)
PURCHASE: Final = 0x8105
VALVE: Final = 0xA017
VALVE_OPEN: Final = 0x55
VALVE_CLOSED: Final = 0x99

IDENTIFIERS: Final[Mapping[int, Words]] = {
    METERED: Words(zh="计量数据", en="metered values"),
    **{
        SETTLED.start + n: Words(zh=f"上{n + 1}月结算日累积", en=f"settlement, {n + 1} months back")
        for n in range(len(SETTLED))
    },
    0x8102: Words(zh="价格表", en="prices"),
    0x8103: Words(zh="结算日", en="day of the settlement"),
    0x8104: Words(zh="抄表日", en="day of the reading"),
    PURCHASE: Words(zh="购入金额", en="purchase"),
    0x8106: Words(zh="密钥版本号", en="version of the key"),
    ADDRESS: Words(zh="地址", en="address"),
    0xA010: Words(zh="写价格表", en="set the prices"),
    0xA011: Words(zh="写结算日", en="set the day of the settlement"),
    0xA012: Words(zh="写抄表日", en="set the day of the reading"),
    0xA013: Words(zh="写购入金额", en="load a purchase"),
    0xA014: Words(zh="写新密钥", en="set the key"),
    0xA015: Words(zh="写标准时间", en="set the clock"),
    0xA016: Words(zh="写机电同步数据", en="set the index"),
    VALVE: Words(zh="阀门控制", en="move the valve"),
    0xA018: Words(zh="写地址", en="set the address"),
    0xA019: Words(zh="出厂启用", en="put into service"),
}
"""The identifiers of the standard."""

CONTROLS: Final[Mapping[int, Words]] = {
    0x01: Words(zh="读数据", en="read"),
    0x03: Words(zh="读地址", en="read the address"),
    0x04: Words(zh="写数据", en="write"),
    0x09: Words(zh="读密钥版本号", en="read the version of the key"),
    0x15: Words(zh="写地址", en="write the address"),
    0x16: Words(zh="写机电同步数据", en="write the index"),
}
"""What is asked, by the low six bits of the control code."""

_BY_WIRE: Final[Mapping[bytes, int]] = {
    **{known.to_bytes(2, "little"): known for known in IDENTIFIERS},
    **{known.to_bytes(2, "big"): known for known in IDENTIFIERS},
}


def identifier_of(wire: bytes) -> tuple[int, bool]:
    """Return an identifier and whether its low byte came first; an unknown one is taken as it came."""
    known = _BY_WIRE.get(wire)
    if known is None:
        return wire[0] << 8 | wire[1], False
    return known, known >> 8 != wire[0]
