"""What time it is, and whether anybody should believe it."""

import ctypes
import time
from enum import StrEnum
from pathlib import Path
from typing import Final

from wire import TimeTrust

_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
_TIME_ERROR: Final = 5
"""What adjtimex(2) returns while the kernel's clock is not synchronised."""
_TIMEX_BYTES: Final = 208


class ClockTrust(StrEnum):
    """Whom to ask whether the clock is right: the kernel (set by NTP), or nobody, because somebody else sees to it."""

    KERNEL = "kernel"
    ALWAYS = "always"
    NEVER = "never"


class SystemClock:
    """The gateway's clock: UTC once it can be believed, milliseconds since boot before.

    Once believed, it stays believed for this boot: NTP losing its server does not unset a clock.
    """

    def __init__(self, trust: ClockTrust = ClockTrust.KERNEL) -> None:
        """Remember the boot and a steady origin that no later change of the clock moves."""
        self._trust = trust
        self._synced = False
        self.boot = _read_boot_id()
        self._origin_ms = time.time() * 1000 - time.monotonic() * 1000

    def __call__(self) -> tuple[int, TimeTrust]:
        """Return the time now and how far it can be believed."""
        if self.synced:
            return time.time_ns() // 1_000_000, TimeTrust.SYNCED
        return boot_ms(), TimeTrust.UNSYNCED

    @property
    def synced(self) -> bool:
        """Whether UTC is known."""
        if not self._synced:
            self._synced = self._trust is ClockTrust.ALWAYS or (
                self._trust is ClockTrust.KERNEL and _kernel_synced()
            )
        return self._synced

    def steady_ms(self) -> int:
        """Return milliseconds that only ever move forward, near UTC where the clock was right at the start."""
        return int(self._origin_ms + time.monotonic() * 1000)

    def boot_offset_ms(self) -> int | None:
        """Return what turns milliseconds since boot into UTC, or None while UTC is not known."""
        return time.time_ns() // 1_000_000 - boot_ms() if self.synced else None


def boot_ms() -> int:
    """Return the milliseconds since the machine booted, sleep included."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def _read_boot_id() -> str:
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return (
            f"unknown-{time.time_ns()}"  # no two starts share it, so no offset is applied to the wrong boot
        )


def _kernel_synced() -> bool:
    timex = ctypes.create_string_buffer(_TIMEX_BYTES)  # modes = 0: only ask
    return bool(ctypes.CDLL(None, use_errno=True).adjtimex(timex) not in (_TIME_ERROR, -1))
