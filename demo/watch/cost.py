"""What a process costs, as the kernel counts it."""

import os
from pathlib import Path
from typing import Final

from msgspec import Struct

_TICKS_A_SECOND: Final = os.sysconf("SC_CLK_TCK")


class Cost(Struct, frozen=True, kw_only=True):
    """Resident memory now and at its highest, and processor time since the process began."""

    rss_mb: float = 0.0
    peak_mb: float = 0.0
    cpu_s: float = 0.0


def cost_of(process_id: int) -> Cost:
    """Return the cost of a process; zeros if it has ended."""
    folder = Path("/proc") / str(process_id)
    try:
        status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
        # The second field is the program's name in brackets, which may hold blanks.
        after_name = (folder / "stat").read_text().rpartition(")")[2].split()
    except (OSError, ValueError):
        return Cost()
    user, system = int(after_name[11]), int(after_name[12])
    return Cost(
        rss_mb=_mb(status.get("VmRSS", "")),
        peak_mb=_mb(status.get("VmHWM", "")),
        cpu_s=(user + system) / _TICKS_A_SECOND,
    )


def _mb(kilobytes: str) -> float:
    """Turn the kernel's `  12345 kB` into megabytes."""
    words = kilobytes.split()
    return round(int(words[0]) * 1024 / 1e6, 1) if words else 0.0
