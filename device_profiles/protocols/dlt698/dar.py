"""The results of an access to data (DAR) in words."""

from collections.abc import Mapping
from typing import Final

from wire import Words

_WORDS: Final = """
成功 | success
硬件失效 | hardware failure
暂时失效 | temporary failure
拒绝读写 | reading or writing denied
对象未定义 | object not defined
对象接口类不符合 | wrong class of object
对象不存在 | no such object
类型不匹配 | wrong type
越界 | out of range
数据块不可用 | block not available
分帧传输已取消 | long transfer cancelled
不处于分帧传输状态 | no long transfer going on
块写取消 | long write cancelled
不存在块写状态 | no long write going on
数据块序号无效 | wrong number of the block
密码错/未授权 | wrong password or not authorised
通信速率不能更改 | the speed cannot be changed
年时区数超 | too many seasons
日时段数超 | too many periods of the day
费率数超 | too many tariffs
安全认证不匹配 | security does not match
重复充值 | credit loaded twice
ESAM验证失败 | the security module refuses
安全认证失败 | authentication failed
客户编号不匹配 | wrong customer number
充值次数错误 | wrong count of purchases
购电超囤积 | too much credit
地址异常 | wrong address
对称解密错误 | symmetric decryption failed
非对称解密错误 | asymmetric decryption failed
签名错误 | wrong signature
电能表挂起 | the meter is suspended
时间标签无效 | time tag not valid
请求超时 | the request came too late
ESAM的P1P2不正确 | wrong P1 P2 for the security module
ESAM的LC错误 | wrong LC for the security module
比对失败 | comparison failed
"""
_DARS: Final[Mapping[int, Words]] = {
    **{
        code: Words(zh=line.split(" | ")[0], en=line.split(" | ")[1])
        for code, line in enumerate(_WORDS.strip().splitlines())
    },
    255: Words(zh="其他", en="other"),
}


def dar_words(code: int) -> Words:
    """Return what a result of an access says."""
    return _DARS.get(code) or Words(zh=f"未定义的结果{code}", en=f"undefined result {code}")
