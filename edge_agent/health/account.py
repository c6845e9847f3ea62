"""All that can be said about a running gateway, and what of it somebody should see to."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from wire import Count, Stream, Words

_NAMED: Final = 10
_ANSWER_WITHIN_S: Final = 120.0
"""The cloud acknowledges within a second; a database that is restarted takes a minute."""


_MOST_NAMED: Final = 5


class LaneAccount(Struct, frozen=True, kw_only=True):
    """One numbered run of rows: what is held and what of it the cloud does not have yet."""

    stream: Stream
    epoch: str
    held: int
    waiting: int
    closed: bool


class ScreenAccount(Struct, frozen=True, kw_only=True):
    """What a screen last said that it shows (live, stale, dead, starting), and how long ago."""

    lot: str
    screen: str
    show: str
    seq: int
    age_s: float


class SuspectAccount(Struct, frozen=True, kw_only=True):
    """A parking sensor that somebody should look at: why (stuck, frozen, drifting), what the gateway believes of its
    bay instead, and in percent how likely that is right."""

    bay: str
    device: str
    suspicion: str
    believed: str
    quality: int


class Account(Struct, frozen=True, kw_only=True):
    """The state of a gateway at one moment; times in UTC milliseconds, ages in seconds.

    `sources` has the counts of each source by name, `totals` what survives restarts, `lots` the bays by lot.
    `silent` are the devices that have not spoken for longer than their kind allows. `codecs` counts what vendors'
    JavaScript codecs did. `apart` counts bays of which the gateway believes something else than their node says,
    `suspects` lists nodes that somebody should look at. `full` says why nothing can be kept at present (empty = all is
    kept).
    """

    gateway: str
    version: str
    at_ms: int
    up_s: float
    clock_synced: bool
    uplink_up: bool
    acked_age_s: float | None
    queue: int
    full: str
    outbox_bytes: int
    outbox_most_bytes: int
    lanes: Sequence[LaneAccount]
    sources: Mapping[str, Mapping[str, int]]
    pipeline: Mapping[str, int]
    uplink: Mapping[str, int]
    totals: Mapping[str, int]
    lots: Mapping[str, Count]
    apart: int = 0
    suspects: Sequence[SuspectAccount] = []
    screens: int
    shown: Sequence[ScreenAccount] = []
    silent: Sequence[str] = []
    deaf_s: float
    codecs: Mapping[str, int] = {}

    @property
    def waiting(self) -> int:
        """Rows that the cloud does not have yet."""
        return sum(lane.waiting for lane in self.lanes)


class Problem(Struct, frozen=True, kw_only=True):
    """Something that is not as it should be, with what to do about it."""

    code: str
    words: Words


def find_problems(account: Account) -> list[Problem]:
    """Say what of an account somebody should see to; empty when all is well."""
    lost = sum(count for name, count in account.totals.items() if name.startswith("lost"))
    quarantined = account.pipeline.get("quarantined", 0)
    unanswered_s = account.up_s if account.acked_age_s is None else account.acked_age_s
    dead = sum(counts.get("dead", 0) for counts in account.sources.values())
    possible = (
        (bool(account.full), _disk_refuses(account.full)),
        (not account.uplink_up, _no_uplink(account.waiting)),
        (
            account.uplink_up and account.waiting > 0 and unanswered_s > _ANSWER_WITHIN_S,
            _no_answer(account.waiting, unanswered_s),
        ),
        (account.deaf_s > 0, _deaf(account.deaf_s)),
        (not account.clock_synced, _CLOCK),
        (quarantined > 0, _not_understood(quarantined)),
        (bool(account.suspects), _suspected([suspect.bay for suspect in account.suspects])),
        (bool(account.silent), _silent(account.silent)),
        (account.codecs.get("resting", 0) > 0, _resting(account.codecs.get("resting", 0))),
        (lost > 0, _given_up(lost)),
        (dead > 0, _no_answer_on_line(dead)),
    )
    return [problem for true, problem in possible if true]


def _disk_refuses(why: str) -> Problem:
    return _problem(
        "E-DISK-01",
        f"读数无法保存:{why}。请清理或更换存储卡。",
        f"readings cannot be kept: {why}. Free or replace the card.",
    )


def _no_uplink(waiting: int) -> Problem:
    return _problem(
        "E-LINK-01",
        f"与云端的连接中断,{waiting} 条待发,已保存在本机。请检查网络和 [uplink.mqtt]。",
        f"no link to the cloud; {waiting} rows wait safely on disk. Check the network and [uplink.mqtt].",
    )


def _no_answer(waiting: int, seconds: float) -> Problem:
    return _problem(
        "E-LINK-02",
        f"云端已 {seconds:.0f} 秒没有确认,{waiting} 条待发,已保存在本机。请查看云端:lilong cloud status。",
        f"the cloud has acknowledged nothing for {seconds:.0f} s; {waiting} rows wait safely on disk. "
        "Look at the cloud: lilong cloud status.",
    )


def _deaf(seconds: float) -> Problem:
    return _problem(
        "E-HEAR-01",
        f"已有 {seconds:.0f} 秒无法接收传感器。请检查本地 MQTT 服务、串口和 [sources]。",
        f"sensors cannot be heard for {seconds:.0f} s. Check the local broker, serial ports and [sources].",
    )


def _not_understood(count: int) -> Problem:
    return _problem(
        "W-DATA-01",
        f"本次运行以来有 {count} 条无法识别的数据,见“隔离区”。",
        f"{count} readings since the start were not understood; see the quarantine.",
    )


def _suspected(bays: Sequence[str]) -> Problem:
    named = ", ".join(bays[:_MOST_NAMED]) + (" …" if len(bays) > _MOST_NAMED else "")
    return _problem(
        "W-BAY-01",
        f"{len(bays)} 个车位传感器可疑:{named}。请按“可疑车位”一表到现场检查。",
        f"{len(bays)} parking sensors are suspect: {named}. See the table of suspects, and look at them on the spot.",
    )


def _silent(devices: Sequence[str]) -> Problem:
    names = ", ".join(devices[:_NAMED]) + (" …" if len(devices) > _NAMED else "")
    return _problem(
        "W-DEV-01",
        f"{len(devices)} 个设备已失联:{names}。请检查电池、安装位置和信号。",
        f"{len(devices)} devices are silent: {names}. Look at their batteries, their place and the radio link.",
    )


def _no_answer_on_line(count: int) -> Problem:
    return _problem(
        "W-LINE-01",
        f"有线总线上有 {count} 台设备不应答。请检查供电、接线、地址和波特率。",
        f"{count} devices on RS-485 lines do not answer. Check their supply, wiring, address and speed.",
    )


def _resting(count: int) -> Problem:
    return _problem(
        "W-CODEC-01",
        f"{count} 个厂家解码脚本多次被强制停止,暂停使用,其数据保存在“隔离区”。请更新或更换该脚本。",
        f"{count} vendor codecs were stopped again and again and rest now; their readings are in the quarantine. "
        "Renew or replace the codec.",
    )


def _given_up(count: int) -> Problem:
    return _problem("W-LOST-01", f"已丢弃 {count} 条并已登记。", f"{count} rows were given up and recorded.")


def _problem(code: str, zh: str, en: str) -> Problem:
    return Problem(code=code, words=Words(zh=zh, en=en))


_CLOCK: Final = _problem(
    "E-TIME-01",
    "时钟尚未同步,时间将在同步后修正。请检查 NTP。",
    "the clock is not set yet; times will be repaired once it is. Check NTP.",
)
