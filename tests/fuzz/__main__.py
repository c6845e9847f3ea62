"""`python -m tests.fuzz`: feeds every shipped profile and envelope what libFuzzer thinks up, until something breaks."""

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

with atheris.instrument_imports(include=["device_profiles", "wire"]):
    from device_profiles import DecodeError, Envelope, Format, Key, Reading, load_shelf, open_envelope
    from device_profiles.quality import golden_of
    from device_profiles.shelf import load_folders

from wire import DeviceId, TimeTrust

SHELF = load_shelf()
KEYS = [key for key in SHELF.keys() if not SHELF.profile(key).slow]  # noqa: SIM118  # a shelf is no mapping
FORMATS = list(Format)
ENVELOPES = list(Envelope)


def feed(raw: bytes) -> None:
    """Decode the bytes: the first two choose the decoder, the third the port and the format."""
    if len(raw) < 3:
        return
    which, how, payload = int.from_bytes(raw[:2], "big"), raw[2], raw[3:]
    with suppress(DecodeError):
        _decoder(which)(payload, how)


def _decoder(which: int) -> Callable[[bytes, int], object]:
    which %= len(KEYS) + len(ENVELOPES)
    if which < len(KEYS):
        return lambda payload, how: SHELF.profile(KEYS[which]).decode(_reading(payload, how))
    envelope = ENVELOPES[which - len(KEYS)]
    return lambda payload, _: open_envelope(
        envelope, "application/1/device/2/event/up", payload, 0, TimeTrust.SYNCED
    )


def _reading(payload: bytes, how: int) -> Reading:
    return Reading(
        device=DeviceId("d"),
        payload=payload,
        received_ms=1_790_000_000_000,
        trust=TimeTrust.SYNCED,
        port=how % 16 or None,
        format=FORMATS[how // 16 % len(FORMATS)] if how >= 128 else Format.BYTES,
        key=Key(b"0123456789abcdef") if how % 2 else None,
    )


def _seeds(folder: Path) -> None:
    """Start from the golden readings: noise alone never passes a checksum."""
    for one in load_folders():
        if one.profile.key not in KEYS:
            continue
        number = KEYS.index(one.profile.key).to_bytes(2, "big")
        for name, trial in golden_of(one.folder).items():
            payload = bytes.fromhex(trial.hex) if trial.hex else trial.text.encode()
            port = (trial.port or 0) % 16
            (folder / f"{one.profile.key}-{name}").write_bytes(number + bytes([port]) + payload)


def main() -> None:
    """Fuzz as libFuzzer's options say, from the golden readings on."""
    with TemporaryDirectory() as seeds:
        _seeds(Path(seeds))
        atheris.Setup([*sys.argv, "-rss_limit_mb=1024", "-timeout=10", "-max_len=2048", seeds], feed)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
