"""Writes SUPPORTED.md from the profiles themselves."""

from collections.abc import Sequence

from device_profiles.claims import graded
from device_profiles.folder import Loaded
from device_profiles.quality import RULES, Quality, Reason, Standing, golden_of

_HEAD = """# Supported devices

Made by `lilong profile supported` from `device_profiles/`; do not edit. `docs/profiles.md` explains the levels.

| device | 设备 | key | quality | speaks | silent after | readings tested |
|---|---|---|---|---|---|---|
"""


def supported_page(profiles: Sequence[Loaded]) -> str:
    """Return the page as Markdown.

    Raises:
        ProfileError: a quality.toml or a golden reading is not in order.
    """
    ordered = sorted(profiles, key=lambda one: one.profile.key)
    found = [(one, graded(one)) for one in ordered]
    rows = "".join(_row(one, quality) for one, quality in found)
    gaps = "".join(_gaps(one, quality) for one, quality in found)
    return _HEAD + rows + "\n## What is missing\n\n" + (gaps or "Nothing.\n")


def _row(one: Loaded, quality: Quality) -> str:
    profile = one.profile
    golden = golden_of(one.folder)
    cells = (
        profile.title.en,
        profile.title.zh,
        f"`{profile.key}`",
        quality.level.value,
        f"every {_span(profile.heartbeat_s)}",
        _span(profile.silent_after_s),
        str(len(golden) + len(one.document.tests)),
    )
    return f"| {' | '.join(cells)} |\n"


def _gaps(one: Loaded, quality: Quality) -> str:
    lines = []
    for level, rules in RULES.items():
        for rule, words in rules.items():
            why = _why(quality.of(level)[rule])
            if why:
                lines.append(f"- `{one.profile.key}`, {level}: {words.en}: {why}\n")
    return "".join(lines)


def _why(standing: Standing) -> str:
    if isinstance(standing, Reason):
        return f"exempt, {standing.exempt}" if standing.exempt else standing.todo
    return "to do" if standing == "todo" else ""


def _span(seconds: float) -> str:
    return f"{seconds / 3600:g} h" if seconds >= 3600 else f"{seconds:g} s"
