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
    """Why a rule is not kept: it does not apply, or something is still missing."""

    exempt: str = ""
    todo: str = ""


Standing = str | Reason
"""How a profile stands to one rule: "done", "todo", or a table that says why not."""

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
    },
    Level.GOLD: {
        "firmwares": Words(en="layouts of other firmwares are told apart", zh="区分不同固件的报文"),
        "field_tested": Words(en="thirty days on a real device", zh="真实设备运行三十天"),
    },
}
"""The rules of each level; a level is reached when its rules and those below are done or exempt."""
_FILE = "quality.toml"


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
    """Read a profile's quality.toml and hold it to what can be counted.

    Raises:
        ProfileError: it is missing, lacks a rule, or claims golden readings that are not there.
    """
    path = folder / _FILE
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
    if quality.bronze["golden"] == "done":
        _check_golden(folder, path)
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


def _check_golden(folder: Path, path: Path) -> None:
    golden = golden_of(folder).values()
    refused = sum(bool(trial.refused) for trial in golden)
    good = len(golden) - refused
    if good < 3 or refused < 1:
        raise ProfileError(
            f"{path}, table bronze, key golden: expected 3 good and 1 refused, got {good} and {refused}"
        )


def _is_standing(standing: Standing) -> bool:
    if isinstance(standing, Reason):
        return bool(standing.exempt) != bool(standing.todo)
    return standing in ("done", "todo")


def _kept(standing: Standing) -> bool:
    return bool(standing.exempt) if isinstance(standing, Reason) else standing == "done"
