"""Holds what a profile's quality.toml claims to what a machine can see."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from device_profiles.errors import DecodeError, ProfileError
from device_profiles.folder import Loaded
from device_profiles.noise import unforeseen
from device_profiles.quality import FILE, Level, Quality, Reason, Standing, golden_of, read_quality
from device_profiles.recording import read_recording

_ROOT: Final = Path(__file__).parents[1]


def graded(one: Loaded) -> Quality:
    """Return a profile's quality, each claim held to what can be counted.

    Raises:
        ProfileError: quality.toml is missing or wrong, or claims what is not so.
    """
    quality = read_quality(one.folder)
    for level in Level:
        for rule, standing in ({} if level is Level.NONE else quality.of(level)).items():
            check = _CHECKS.get(rule)
            if check is None or not _claimed(standing):
                continue
            problem = check(one, standing.by if isinstance(standing, Reason) else "")
            if problem:
                raise ProfileError(f"{one.folder / FILE}, table {level}, key {rule}: {problem}")
    return quality


def _claimed(standing: Standing) -> bool:
    return bool(standing.by) if isinstance(standing, Reason) else standing == "done"


def _golden(one: Loaded, _: str) -> str:
    golden = golden_of(one.folder).values()
    refused = sum(bool(trial.refused) for trial in golden)
    good = len(golden) - refused
    return "" if good >= 3 and refused >= 1 else f"expected 3 good and 1 refused, got {good} and {refused}"


def _battery(one: Loaded, _: str) -> str:
    names = {
        name
        for trial in golden_of(one.folder).values()
        for name in [*trial.gives, *(row.property for row in trial.rows)]
    }
    if any(name.startswith("device.battery") for name in names):
        return ""
    return "expected a golden reading with device.battery_v, _percent or _low"


def _fuzzed(one: Loaded, _: str) -> str:
    return unforeseen(one)


def _provisioning(one: Loaded, _: str) -> str:
    steps = one.document.provisioning
    there = steps is not None and steps.zh and steps.en
    return "" if there else "expected the steps in profile.toml, key provisioning, in both languages"


def _limits(one: Loaded, _: str) -> str:
    limits = one.document.limits
    there = limits is not None and limits.zh and limits.en
    return "" if there else "expected them in profile.toml, key limits, in both languages"


def _simulator(one: Loaded, by: str) -> str:
    if by and ((one.folder / by).is_file() or (_ROOT / by).is_file()):
        return ""
    return f'expected {{ by = "file of the simulator" }}, got {by or "done"!r}'


def _field_capture(one: Loaded, by: str) -> str:
    path = one.folder / by
    if not by or not path.is_file():
        return f'expected {{ by = "a recording in the profile\'s folder" }}, got {by or "done"!r}'
    lines = read_recording(path)
    span_s = (lines[-1].received_ms - lines[0].received_ms) / 1000 if lines else 0.0
    if span_s < _DAY_S:
        return f"expected a recording of a day, got {span_s / 3600:.1f} h"
    for number, reading in enumerate(lines, 1):
        try:
            one.profile.decode(reading)
        except DecodeError as error:
            return f"{path}, line {number}: {error}"
    return ""


def _accuracy(_: Loaded, by: str) -> str:
    return "" if by else 'expected { by = "what was counted, how, and what came of it" }'


_DAY_S: Final = 86_000.0
_CHECKS: Final[Mapping[str, Callable[[Loaded, str], str]]] = {
    "golden": _golden,
    "battery": _battery,
    "fuzzed": _fuzzed,
    "provisioning": _provisioning,
    "limits": _limits,
    "simulator": _simulator,
    "field_capture": _field_capture,
    "accuracy": _accuracy,
}
