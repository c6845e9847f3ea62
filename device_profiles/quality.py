"""The profile quality scale: what bronze, silver and gold demand, and what a profile has reached."""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from device_profiles.declared import Trial, read_trial
from device_profiles.errors import ProfileError
from wire import Words


class Level(StrEnum):
    """How far a profile can be relied on, from the bottom."""

    NONE = "none"
    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"


class Reason(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a profile stands to a rule, in words: `by` what it is kept, why it is `exempt`, or what is still `todo`."""

    by: str = ""
    exempt: str = ""
    todo: str = ""


Standing = str | Reason
"""How a profile stands to one rule: "done", "todo", or a table that says more."""

RULES: Final[Mapping[Level, Mapping[str, Words]]] = {
    Level.BRONZE: {
        "sources": Words(en="every fact names its source", zh="每项事实都有出处"),
        "golden": Words(en="three golden readings and one refused", zh="至少三条正例和一条拒绝样例"),
        "cadence": Words(en="heartbeat and silence are known or argued", zh="心跳与静默时限有依据"),
    },
    Level.SILVER: {
        "every_frame": Words(en="every documented frame is understood", zh="覆盖全部已公开的报文类型"),
        "state_everywhere": Words(
            en="the state comes from every frame that carries it", zh="凡含状态的报文都输出状态"
        ),
        "vendor_examples": Words(en="golden readings from vendor or device", zh="样例来自厂家或真实设备"),
        "simulator": Words(en="a simulator speaks its protocol", zh="有按真实协议运行的模拟器"),
        "fuzzed": Words(en="any bytes are understood or refused", zh="任意报文都能解码或拒绝"),
        "battery": Words(en="the battery is watched, or there is none", zh="监测电池,或无电池"),
        "provisioning": Words(en="the steps to set it up are written down", zh="写明安装配置步骤"),
    },
    Level.GOLD: {
        "firmwares": Words(en="layouts of other firmwares are told apart", zh="区分不同固件的报文"),
        "field_capture": Words(en="a day of field capture is replayed", zh="回放一整天的现场录制"),
        "accuracy": Words(en="accuracy against a counted truth is measured", zh="与人工计数对照测得准确率"),
        "limits": Words(en="known limits are written down", zh="写明已知局限"),
    },
}
"""The rules of each level; a level is reached when its rules and those below are done or exempt."""
FILE: Final = "quality.toml"


class Quality(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A quality.toml: how a profile stands to each rule."""

    bronze: dict[str, Standing]
    silver: dict[str, Standing]
    gold: dict[str, Standing]

    @property
    def level(self) -> Level:
        """The level that is reached."""
        reached = Level.NONE
        for level in RULES:
            if not all(_kept(standing) for standing in self.of(level).values()):
                return reached
            reached = level
        return reached

    def of(self, level: Level) -> dict[str, Standing]:
        """Return how the profile stands to one level's rules."""
        return {Level.BRONZE: self.bronze, Level.SILVER: self.silver, Level.GOLD: self.gold}[level]


def read_quality(folder: Path) -> Quality:
    """Read a profile's quality.toml as it stands; `device_profiles.claims` holds it to what can be counted.

    Raises:
        ProfileError: it is missing, or lacks a rule.
    """
    path = folder / FILE
    try:
        quality = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Quality)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ProfileError(f"{path}: {error}") from error
    for level, rules in RULES.items():
        if set(quality.of(level)) != set(rules):
            raise ProfileError(f"{path}, table {level}: expected the rules {', '.join(rules)}")
        for rule, standing in quality.of(level).items():
            if not _is_standing(standing):
                raise ProfileError(f"{path}, table {level}, key {rule}: expected done, todo, or one reason")
    return quality


def golden_of(folder: Path) -> dict[str, Trial]:
    """Return a profile's golden readings by the name of their file.

    Raises:
        ProfileError: a file is no golden reading, or names no source.
    """
    found = {path.stem: read_trial(path) for path in sorted((folder / "golden").glob("*.toml"))}
    for name, trial in found.items():
        if not trial.source:
            raise ProfileError(
                f"{folder / 'golden' / name}.toml, key source: expected where the reading comes from"
            )
    return found


def _is_standing(standing: Standing) -> bool:
    if isinstance(standing, Reason):
        return [bool(standing.by), bool(standing.exempt), bool(standing.todo)].count(True) == 1
    return standing in ("done", "todo")


def _kept(standing: Standing) -> bool:
    return not standing.todo if isinstance(standing, Reason) else standing == "done"
