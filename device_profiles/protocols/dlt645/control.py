"""What the control code and the error byte say, in the editions of 1997 and 2007."""

from collections.abc import Mapping, Sequence
from typing import Final

from wire import Words

READ_1997: Final = 0x01
READ_2007: Final = 0x11
FOLLOW_1997: Final = 0x02
FOLLOW_2007: Final = 0x12
ADDRESS: Final = 0x13
SECURITY: Final = 0x03
FUNCTION: Final = 0x1F

_WITH_IDENTIFIER_2007: Final = frozenset({SECURITY, READ_2007, FOLLOW_2007, 0x14, 0x18})
_WITH_IDENTIFIER_1997: Final = frozenset({READ_1997, FOLLOW_1997, SECURITY, 0x04})

FUNCTIONS_2007: Final[Mapping[int, Words]] = {
    0x03: Words(zh="安全认证", en="security authentication"),
    0x08: Words(zh="广播校时", en="broadcast of the time"),
    0x11: Words(zh="读数据", en="read"),
    0x12: Words(zh="读后续数据", en="read what follows"),
    0x13: Words(zh="读通信地址", en="read the address"),
    0x14: Words(zh="写数据", en="write"),
    0x15: Words(zh="写通信地址", en="write the address"),
    0x16: Words(zh="冻结命令", en="freeze"),
    0x17: Words(zh="更改通信速率", en="change the speed"),
    0x18: Words(zh="修改密码", en="change the password"),
    0x19: Words(zh="最大需量清零", en="clear the demand"),
    0x1A: Words(zh="电表清零", en="clear the meter"),
    0x1B: Words(zh="事件清零", en="clear the events"),
    0x1C: Words(zh="跳合闸、报警、保电", en="switch, warn or keep the supply"),
    0x1D: Words(zh="多功能端子输出控制", en="set the pulse output"),
}
FUNCTIONS_1997: Final[Mapping[int, Words]] = {
    0x01: Words(zh="读数据", en="read"),
    0x02: Words(zh="读后续数据", en="read what follows"),
    0x03: Words(zh="重读数据", en="read again"),
    0x04: Words(zh="写数据", en="write"),
    0x08: Words(zh="广播校时", en="broadcast of the time"),
    0x0A: Words(zh="写设备地址", en="write the address"),
    0x0C: Words(zh="更改通信速率", en="change the speed"),
    0x0F: Words(zh="修改密码", en="change the password"),
    0x10: Words(zh="最大需量清零", en="clear the demand"),
}
_SHARED = (
    Words(zh="年时区数超", en="too many seasons"),
    Words(zh="日时段数超", en="too many periods of the day"),
    Words(zh="费率数超", en="too many tariffs"),
    Words(zh="保留", en="reserved bit 7"),
)
_ERRORS_2007: Final[Sequence[Words]] = (
    Words(zh="其他错误", en="other error"),
    Words(zh="无请求数据", en="no such value"),
    Words(zh="密码错/未授权", en="wrong password or not authorised"),
    Words(zh="通信速率不能更改", en="the speed cannot be changed"),
    *_SHARED,
)
_ERRORS_1997: Final[Sequence[Words]] = (
    Words(zh="非法数据", en="illegal data"),
    Words(zh="数据标识错", en="wrong identifier"),
    Words(zh="密码错", en="wrong password"),
    Words(zh="保留", en="reserved bit 3"),
    *_SHARED,
)
_ERRORS_SECURITY: Final[Sequence[Words]] = (
    Words(zh="其他错误", en="other error"),
    Words(zh="重复充值", en="credit loaded twice"),
    Words(zh="ESAM验证失败", en="the security module refuses"),
    Words(zh="身份认证失败", en="authentication failed"),
    Words(zh="客户编号不匹配", en="wrong customer number"),
    Words(zh="充值次数错误", en="wrong count of purchases"),
    Words(zh="购电超囤积", en="too much credit"),
    Words(zh="地址异常", en="wrong address"),
)


def edition(control: int, data: bytes) -> int:
    """Return 1997 or 2007.

    The codes 01, 02, 04, 0A, 0C, 0F and 10 are of 1997 and those from 11 on of 2007. 03 reads again in 1997 and
    authenticates in 2007, then always with an identifier 07xxxxxx or with two bytes of error. 08 is the same in both.
    """
    function = control & FUNCTION
    if function == SECURITY:
        security = len(data) == 2 if control & 0x40 else len(data) >= 4 and data[3] == 0x07
        return 2007 if security else 1997
    return 2007 if function >= READ_2007 or function == 0x08 else 1997


def tells_edition(control: int) -> bool:
    """Say whether a control code is of one edition; 03 is of both, and its data tell which."""
    function = control & FUNCTION
    return function == SECURITY or (function in FUNCTIONS_1997) is not (function in FUNCTIONS_2007)


def identifier_width(control: int, version: int) -> int:
    """Return how many bytes of identifier the data begin with; 0 where there is none."""
    function = control & FUNCTION
    if control & 0x40:
        return 0
    if version == 2007:
        return 4 if function in _WITH_IDENTIFIER_2007 else 0
    return 2 if function in _WITH_IDENTIFIER_1997 else 0


def function_words(control: int, version: int) -> Words:
    """Return what a control code asks for."""
    known = FUNCTIONS_2007 if version == 2007 else FUNCTIONS_1997
    function = control & FUNCTION
    return known.get(function) or Words(zh=f"控制码{function:02X}", en=f"control code {function:02X}")


def error_words(error: bytes, version: int) -> tuple[Words, ...]:
    """Return what the bits of an error answer say; two bytes are those of the security authentication."""
    if len(error) == 2:
        known, bits = _ERRORS_SECURITY, error[0] | error[1] << 8
    else:
        known, bits = (_ERRORS_2007 if version == 2007 else _ERRORS_1997), int.from_bytes(error, "little")
    words = tuple(word for bit, word in enumerate(known) if bits >> bit & 1)
    return words or (Words(zh="未说明的错误", en="an error without a reason"),)
