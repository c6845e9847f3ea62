"""Measures decoding: microseconds a reading, for a profile of 12 bytes, each shipped profile, and their slowest."""

import tempfile
import time
import tomllib
from pathlib import Path
from typing import Final

import device_profiles
from device_profiles import DecodeError, Profile, Reading, load_shelf
from wire import DeviceId, TimeTrust

_SHELF: Final = Path(device_profiles.__path__[0])
_TWELVE: Final = """
key = "twelve_bytes"
title = { zh = "十二字节", en = "twelve bytes" }
heartbeat_s = 60
silent_after_s = 120
sources = ["this benchmark"]
tests = [{ hex = "00", refused = "expected status" }]
[[frame]]
name = "status"
field = [
  { bit = 7, property = "parking.occupied" },
  { at = 0, bit = 6, property = "device.battery_low" },
  { kind = "skip" },
  { kind = "int", property = "device.temperature" },
  { kind = "int", width = 2, property = "magnetic.raw_x" },
  { kind = "int", width = 2, property = "magnetic.raw_y" },
  { kind = "int", width = 2, property = "magnetic.raw_z" },
  { property = "device.battery_v", unit = "mV", scale = 4, offset = 2800 },
  { width = 2, property = "device.fault" },
]
"""


def figures() -> dict[str, float]:
    """Return the figures by profile."""
    shelf = load_shelf()
    twelve = _reading(bytes.fromhex("80041e01ad109393eec70005"), None)
    found = {"12 bytes, 8 observations: us a reading": _best(_twelve_bytes(), [twelve])}
    shipped = {key: readings for key in sorted(shelf.keys()) if (readings := _readings(key))}
    each = {key: _best(shelf.profile(key), readings) for key, readings in shipped.items()}
    found |= {f"{key}: us a reading": taken for key, taken in each.items()}
    slowest = max(each, key=lambda key: each[key])
    rows = sum(len(shelf.profile(slowest).decode(one)) for one in shipped[slowest]) / len(shipped[slowest])
    found[f"slowest of {len(each)}, {slowest}, {rows:.1f} observations a reading: us a reading"] = each[
        slowest
    ]
    return found


def _readings(key: str) -> list[Reading]:
    """Return the golden readings of a profile that it understands."""
    found = []
    for path in sorted((_SHELF / key / "golden").glob("*.toml")):
        golden = tomllib.loads(path.read_text(encoding="utf-8"))
        if "hex" in golden and "refused" not in golden and "format" not in golden:
            found.append(_reading(bytes.fromhex(golden["hex"]), golden.get("port")))
    return found


def _reading(payload: bytes, port: int | None) -> Reading:
    device = DeviceId("0004a30b001c3f5e")
    return Reading(device=device, payload=payload, received_ms=0, trust=TimeTrust.SYNCED, port=port)


def _twelve_bytes() -> Profile:
    """Return the profile that the product's target speaks of: at most 3 microseconds for 12 bytes."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "profile.toml").write_text(_TWELVE, encoding="utf-8")
        return load_shelf([Path(folder)]).profile("twelve_bytes")


def _best(profile: Profile, readings: list[Reading], rounds: int = 7, repeats: int = 2000) -> float:
    decode = profile.decode
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(repeats):
            for reading in readings:
                try:
                    decode(reading)
                except DecodeError as error:  # a golden reading that is refused would be a fault of the shelf
                    raise SystemExit(f"{profile.key}: {error}") from error
        best = min(best, (time.perf_counter() - start) / repeats / len(readings))
    return best * 1e6
