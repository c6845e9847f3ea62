"""Readings and profiles made for a test."""

from pathlib import Path

from hypothesis import HealthCheck, settings

from device_profiles import Codec, Format, Reading
from device_profiles.declared import Spot, compile_codec, read_document
from wire import DeviceId, TimeTrust

NOW_MS = 1_700_000_000_000

# A busy machine must not fail a test: nothing here is about time. A folder used again by the next example is fine.
RELAXED = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

HEAD = """
key = "made"
title = { zh = "测试", en = "made" }
heartbeat_s = 60
silent_after_s = 120
sources = ["this test"]
tests = [{ hex = "00", refused = "x" }]
"""


def reading(payload: bytes, port: int | None = None, form: Format = Format.BYTES) -> Reading:
    """Return a reading that came now."""
    return Reading(
        device=DeviceId("d1"),
        payload=payload,
        received_ms=NOW_MS,
        trust=TimeTrust.SYNCED,
        port=port,
        format=form,
    )


def codec_of(folder: Path, frames: str) -> Codec:
    """Compile the frames of a profile.toml."""
    path = folder / "profile.toml"
    path.write_text(HEAD + frames, encoding="utf-8")
    return compile_codec(read_document(path), Spot(path=path))


def told(codec: Codec, payload: bytes, port: int | None = None) -> dict[str, float | int | str]:
    """Return what a codec says of bytes, property → value."""
    rows = codec(reading(payload, port))
    assert len({row.property for row in rows}) == len(rows)
    return {row.property: row.value for row in rows}
