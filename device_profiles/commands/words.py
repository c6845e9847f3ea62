"""What `lilong profile` says to people, in Chinese and in English."""

import os
import sys
from collections.abc import Mapping
from typing import Final

from wire import Words

SAID: Final[Mapping[str, Words]] = {
    "about": Words(
        en="device profiles: list them, check them, decode by hand", zh="设备档案:列出、检查、手工解码"
    ),
    "check": Words(
        en="check profile folders: declaration, tests, golden readings, quality",
        zh="检查档案文件夹:声明、测试、样例、质量",
    ),
    "list": Words(en="list every known profile", zh="列出全部已知档案"),
    "decode": Words(en="decode one payload by hand", zh="手工解码一条报文"),
    "new": Words(en="make a profile folder from a frame or two", zh="由一两条报文新建档案文件夹"),
    "test": Words(
        en="test a profile with its golden readings, noise and recordings", zh="用样例、噪声和录制检验档案"
    ),
    "record": Words(en="turn a recording into golden readings", zh="把现场录制变成样例"),
    "new_key": Words(
        en="the profile's key: <kind>_<vendor>_<model>[@<firmware>]",
        zh="档案名称:<类型>_<厂家>_<型号>[@<固件>]",
    ),
    "heartbeat": Words(en="how often the device speaks, in seconds", zh="设备的心跳间隔,秒"),
    "source_of": Words(
        en="where the facts come from: a manual, or the device and who heard it",
        zh="出处:手册,或设备及录制人",
    ),
    "title": Words(en="what people call the device", zh="设备的通用叫法"),
    "into": Words(en="where to make the folder", zh="在何处新建文件夹"),
    "recording": Words(
        en="a recording of the gateway ([sources.record] in agent.toml)",
        zh="网关的录制文件(agent.toml 中的 [sources.record])",
    ),
    "device": Words(en="the device's id", zh="设备编号"),
    "most": Words(en="golden readings at the most", zh="样例数量上限"),
    "there_already": Words(
        en="{folder} is there already; give another key", zh="{folder} 已存在;请换一个名称"
    ),
    "made": Words(
        en="{folder} is made and loads; write down what the bytes mean, then: lilong profile test {folder}",
        zh="{folder} 已建立,可以加载;请写明字节含义,然后:lilong profile test {folder}",
    ),
    "tested": Words(
        en="{key}: {count} readings and noise, {wrong} problems",
        zh="{key}:{count} 条样例及噪声,{wrong} 个问题",
    ),
    "in_field": Words(
        en="recording: {readings} readings, {understood} understood",
        zh="录制:{readings} 条,已解码 {understood} 条",
    ),
    "field_refused": Words(en="  {count} refused: {reason}", zh="  拒绝 {count} 条:{reason}"),
    "field_silence": Words(
        en="  longest silence {longest:g} s (heartbeat {heartbeat:g} s, not believed after {limit:g} s)",
        zh="  最长静默 {longest:g} 秒(心跳 {heartbeat:g} 秒,超过 {limit:g} 秒不再采信)",
    ),
    "nothing_heard": Words(
        en="{file} has nothing of device {device!r}", zh="{file} 中没有设备 {device!r} 的内容"
    ),
    "recorded": Words(
        en="{file}: read it over; it says what the profile makes of it, not what was true",
        zh="{file}:请核对;其中是档案的解码结果,未必符合事实",
    ),
    "guess": Words(en="say which devices could have sent these bytes", zh="根据报文推测设备型号"),
    "frames": Words(
        en="frames of one device in hexadecimal, the newest last; - reads them from standard input",
        zh="同一设备的十六进制报文,最新的放最后;- 表示从标准输入读取",
    ),
    "called": Words(
        en="what people or the network server call the device", zh="设备的叫法(铭牌或网络服务器中的名称)"
    ),
    "not_bytes": Words(en="these are no bytes: {reason}", zh="不是有效的报文:{reason}"),
    "no_guess": Words(
        en="no known device sends such bytes; more frames, --port or --called may help, or write a profile: "
        "lilong profile new",
        zh="没有已知设备发送这样的报文;可多给几条报文,加上 --port 或 --called,或新建档案:lilong profile new",
    ),
    "guessed": Words(
        en="{number}. {key}  {title}\n     understands {understood} of {frames} frames; evidence {bits} bits",
        zh="{number}. {key}  {title}\n     能解码 {frames} 条报文中的 {understood} 条;证据 {bits} 比特",
    ),
    "odd": Words(
        en="     but {property} = {value} is out of the ordinary", zh="     但 {property} = {value} 不合常理"
    ),
    "conformance": Words(en="run published vectors through the decoders", zh="用公开的测试向量检验解码器"),
    "vector_file": Words(en="vectors, a JSON object a line", zh="测试向量文件,每行一个 JSON 对象"),
    "codecs": Words(
        en="a checkout of the vendors' JavaScript codecs that the vectors name",
        zh="测试向量所引用的厂家 JavaScript 解码脚本目录",
    ),
    "vectors": Words(
        en="{rows} rows: {agreed} agreed, {refused} rightly refused, {wrong} wrong, {crashed} crashed, "
        "{skipped} skipped; {us} us a decode",
        zh="{rows} 行:{agreed} 一致,{refused} 正确拒绝,{wrong} 错误,{crashed} 崩溃,{skipped} 跳过;"
        "每次解码 {us} 微秒",
    ),
    "went_wrong": Words(
        en="  {id}: expected {expected}, got {came}", zh="  {id}:应为 {expected},实际为 {came}"
    ),
    "more_wrong": Words(en="  and {count} more", zh="  另有 {count} 行"),
    "rows_skipped": Words(en="  {count} skipped: {reason}", zh="  跳过 {count} 行:{reason}"),
    "import": Words(
        en="make profiles of vendors' codecs in a public device repository",
        zh="由公开设备库中的厂家解码脚本生成档案",
    ),
    "checkout": Words(
        en="a checkout of TheThingsNetwork/lorawan-devices, chirpstack/chirpstack-device-profiles or "
        "Milesight-IoT/SensorDecoders",
        zh="设备库的本地副本:TheThingsNetwork/lorawan-devices、chirpstack/chirpstack-device-profiles 或 "
        "Milesight-IoT/SensorDecoders",
    ),
    "import_into": Words(
        en="the folder of the site to write to (default: imported)", zh="写入的站点目录(默认 imported)"
    ),
    "import_vendor": Words(en="only this vendor", zh="仅此厂家"),
    "import_device": Words(en="only this device", zh="仅此设备"),
    "imported": Words(
        en="{key}: {status}, {golden} golden readings, reads {properties}",
        zh="{key}:{status},{golden} 条样例,可读取 {properties}",
    ),
    "unread": Words(en="; not read: {count} fields ({names})", zh=";未读取 {count} 个字段({names})"),
    "disagreeing": Words(
        en="; {count} examples do not agree with the codec", zh=";{count} 条样例与解码脚本不一致"
    ),
    "not_imported": Words(
        en="{vendor}/{device}: not imported: {reason}", zh="{vendor}/{device}:未导入:{reason}"
    ),
    "import_sum": Words(
        en="{imported} imported into {into} ({new} new, {renewed} renewed, {same} as before, {kept} kept as you wrote "
        "them), {failed} not",
        zh="已导入 {imported} 个到 {into}(新增 {new},更新 {renewed},未变 {same},保留手工修改 {kept}),{failed} 个未导入",
    ),
    "import_reason": Words(en="  {count} not imported: {reason}", zh="  {count} 个未导入:{reason}"),
    "by_name": Words(
        en="for agent.toml, as far as your network server uses these names: "
        'profiles = ["imported"], and in by_name of the source:',
        zh='供 agent.toml 使用(若网络服务器采用这些名称):profiles = ["imported"],并在数据源的 by_name 中加入:',
    ),
    "supported": Words(en="write SUPPORTED.md from the profiles", zh="由档案生成 SUPPORTED.md"),
    "folder": Words(en="a profile folder, or a folder of them", zh="档案文件夹,或其上级文件夹"),
    "extra": Words(en="another folder of profiles (may be repeated)", zh="额外的档案文件夹(可重复)"),
    "key": Words(
        en="the profile's key, as `lilong profile list` shows it", zh="档案名称,见 `lilong profile list`"
    ),
    "bytes": Words(
        en="the payload in hexadecimal; - reads it from standard input",
        zh="十六进制报文;- 表示从标准输入读取",
    ),
    "path": Words(en="what was read of an LwM2M device: /3431/0", zh="所读的 LwM2M 路径,如 /3431/0"),
    "port": Words(en="the LoRaWAN port", zh="LoRaWAN 端口"),
    "key_file": Words(
        en="a file with the device's key in hexadecimal digits, which nobody else may read (chmod 600)",
        zh="存放设备密钥(十六进制)的文件,须仅本人可读(chmod 600)",
    ),
    "format": Words(en="how the payload is written; text is taken as it is", zh="报文格式;文本按原样读取"),
    "json": Words(en="print JSON for machines", zh="输出 JSON"),
    "source": Words(
        en="also print the Python that the profile is compiled to", zh="同时打印编译所得的 Python"
    ),
    "output": Words(en="write to this file and not to standard output", zh="写入该文件,而非标准输出"),
    "lang": Words(en="language: zh or en", zh="语言:zh 或 en"),
    "good": Words(en="{key}: good, {count} readings, {level}", zh="{key}:通过,{count} 条样例,{level}"),
    "refused": Words(en="refused: {reason}", zh="拒绝:{reason}"),
    "nothing": Words(en="understood; the frame says nothing to keep", zh="已识别;该报文没有需要保存的内容"),
    "not_hex": Words(
        en="expected hexadecimal digits in pairs, got {text}. Spaces, colons and a leading 0x are allowed.",
        zh="需要成对的十六进制数字,实际为 {text}。可以有空格、冒号和开头的 0x。",
    ),
    "golden": Words(en="{file}: {problem}", zh="{file}:{problem}"),
    "none": Words(
        en="{folder}: no profile.toml here; give a profile folder",
        zh="{folder}:没有 profile.toml;请给出档案文件夹",
    ),
    "no_quality": Words(en="no quality.toml", zh="无 quality.toml"),
}
"""Every sentence by its name."""


def spoken(flag: str = "") -> str:
    """Return "zh" or "en": by the flag, else by LILONG_LANG, LC_ALL, LC_MESSAGES or LANG."""
    names = (flag, *(os.environ.get(name, "") for name in ("LILONG_LANG", "LC_ALL", "LC_MESSAGES", "LANG")))
    first = next((name for name in names if name), "en")
    return "zh" if first.lower().startswith("zh") else "en"


def say(name: str, language: str, **parts: object) -> str:
    """Return a sentence in one language, its parts filled in."""
    words = SAID[name]
    return (words.zh if language == "zh" else words.en).format(**parts)


def tell(text: str) -> None:
    """Print a line to a person or a pipe."""
    sys.stdout.write(text + "\n")


def complain(text: str) -> None:
    """Print a line about something wrong."""
    sys.stderr.write(text + "\n")
