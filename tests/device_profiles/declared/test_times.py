"""A device's own time dates its frame, turn or tag, where its clock was ever set."""

from pathlib import Path

import pytest

from device_profiles import DecodeError
from tests.device_profiles.made import NOW_MS, codec_of, reading
from wire import TimeTrust

_SET = (1_700_000_000).to_bytes(4, "big")
_UNSET = (3600).to_bytes(4, "big")


def _times(folder: Path, frames: str, payload: bytes) -> list[tuple[int, TimeTrust]]:
    return [(row.at_ms, row.trust) for row in codec_of(folder, frames)(reading(payload))]


def test_a_frame_with_a_time(tmp_path: Path) -> None:
    frame = """
        [[frame]]
        name = "f"
        set = { "device.heartbeat" = true }
        field = [{ property = "device.fault" }, { kind = "time", width = 4 }]
        """
    dated = (1_700_000_000_000, TimeTrust.DEVICE)
    assert _times(tmp_path, frame, b"\x01" + _SET) == [dated, dated]
    with pytest.raises(DecodeError, match=r"expected time of a clock that is set, .* got 3600"):
        _times(tmp_path, frame, b"\x01" + _UNSET)
    lenient = frame.replace("width = 4", 'width = 4, outside = "drop"')
    received = (NOW_MS, TimeTrust.SYNCED)
    assert _times(tmp_path, lenient, b"\x01" + _UNSET) == [received, received]
    assert _times(tmp_path, lenient.replace("set =", "length = [1, 5]\nset ="), b"\x01") == [
        received,
        received,
    ]


def test_an_epoch_of_its_own(tmp_path: Path) -> None:
    frame = """
        [[frame]]
        name = "f"
        field = [{ property = "device.fault" }, { kind = "time", width = 4, offset = 1_000_000_000 }]
        """
    assert _times(tmp_path, frame, b"\x01" + (700_000_000).to_bytes(4, "big")) == [
        (1_700_000_000_000, TimeTrust.DEVICE)
    ]


def test_each_turn_and_each_tag_has_its_time(tmp_path: Path) -> None:
    fields = 'field = [{ kind = "time", width = 4, outside = "drop" }, { property = "device.fault" }]'
    turns = f'[[frame]]\nname = "f"\nlength = [0, 99]\n[frame.repeat]\n{fields}'
    later = (1_700_000_060).to_bytes(4, "big")
    expected = [
        (1_700_000_000_000, TimeTrust.DEVICE),
        (NOW_MS, TimeTrust.SYNCED),
        (1_700_000_060_000, TimeTrust.DEVICE),
    ]
    assert _times(tmp_path, turns, _SET + b"\x01" + _UNSET + b"\x02" + later + b"\x03") == expected
    plain = '{ tag = 8, field = [{ property = "device.fault" }] }'
    listed = f"[{{ tag = 7, {fields} }}, {plain}]"
    tags = f'[[frame]]\nname = "f"\nlength = [0, 99]\ntlv = {{ length_width = 0, tag = {listed} }}'
    payload = b"\x07" + _SET + b"\x01\x08\x02\x07" + later + b"\x03"
    assert _times(tmp_path, tags, payload) == expected
