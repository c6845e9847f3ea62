"""Measures decoding: microseconds a reading for every declarative profile, on its own golden readings."""

import time
import tomllib
from pathlib import Path
from typing import Final

import device_profiles
from device_profiles import DecodeError, Profile, Reading, load_shelf
from wire import DeviceId, TimeTrust

_SHELF: Final = Path(device_profiles.__path__[0])


def figures() -> dict[str, float]:
    """Return the figures by profile."""
    shelf = load_shelf()
    found = {}
    for key in shelf.keys():
        readings = _readings(key)
        if readings:
            found[f"{key}: us a reading"] = _best(shelf.profile(key), readings)
    return found


def _readings(key: str) -> list[Reading]:
    """Return the golden readings of a profile that it understands."""
    found = []
    for path in sorted((_SHELF / key / "golden").glob("*.toml")):
        golden = tomllib.loads(path.read_text(encoding="utf-8"))
        if "hex" in golden and "refused" not in golden and "format" not in golden:
            found.append(
                Reading(
                    device=DeviceId("0004a30b001c3f5e"),
                    payload=bytes.fromhex(golden["hex"]),
                    received_ms=0,
                    trust=TimeTrust.SYNCED,
                    port=golden.get("port"),
                )
            )
    return found


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
