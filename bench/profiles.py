"""How long a profile takes to decode a reading: every shipped profile, and a 12-byte declarative one."""

import sys
import tempfile
import timeit
from pathlib import Path

from device_profiles import Codec, DecodeError, Reading
from device_profiles.declared import Spot, compile_codec, read_document, trial_reading
from device_profiles.quality import golden_of
from device_profiles.shelf import load_folders
from wire import DeviceId, TimeTrust

_TWELVE = """
key = "twelve"
title = { zh = "十二字节", en = "twelve bytes" }
heartbeat_s = 60
silent_after_s = 120
sources = ["this benchmark"]
tests = [{ hex = "00", refused = "expected" }]
[[frame]]
name = "status"
port = 1
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
_TIMES = 20_000


def decode_us(codec: Codec, reading: Reading) -> float:
    """Return the microseconds of one decode, the best of five runs."""
    return min(timeit.repeat(lambda: codec(reading), number=_TIMES, repeat=5)) / _TIMES * 1e6


def twelve_bytes() -> tuple[Codec, Reading]:
    """Return a declarative profile of twelve bytes and eight observations, with a reading for it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "profile.toml"
        path.write_text(_TWELVE, encoding="utf-8")
        codec = compile_codec(read_document(path), Spot(path=path))
    payload = bytes.fromhex("80041e01ad109393eec70005")
    return codec, Reading(
        device=DeviceId("d"), payload=payload, received_ms=1, trust=TimeTrust.SYNCED, port=1
    )


def main() -> int:
    """Print a line a profile: what, microseconds, observations."""
    codec, reading = twelve_bytes()
    rows = [("12 bytes", decode_us(codec, reading), len(codec(reading)))]
    for one in load_folders():
        for name, trial in golden_of(one.folder).items():
            reading = trial_reading(trial)
            try:
                count = len(one.profile.decode(reading))
            except DecodeError:
                continue
            rows.append((f"{one.profile.key} {name}", decode_us(one.profile.decode, reading), count))
    for what, micros, count in rows:
        print(f"{micros:7.2f} µs  {count} observations  {what}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
