"""Tags share meanings, belong to parts of a device, and carry more where a byte of theirs says so."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_profiles import DecodeError, ProfileError
from tests.device_profiles.made import RELAXED, codec_of, reading, told

_RUN = """
[[frame]]
name = "channels"
order = "little"
length = [1, 99]
[frame.tlv]
tag_width = 2
length_width = 0
order = "big"
UNKNOWN
tag = [
  { tag = 0x0175, field = [{ property = "device.battery_percent" }] },
  { tag = [0x0300, 0x0400], field = [{ property = "door.open", enum = { 0 = false, 1 = true } }] },
  { tag = 0x0500, part = "di1", set = { "device.heartbeat" = true }, field = [{ bit = 0, property = "input.on" }] },
  { tag = 0x0600, field = [{ property = "input.value", part = "a" }, { property = "input.value", part = "b-2" }] },
  { tag = 0x07CE, field = [{ name = "kind" }, { property = "people.in" }], more = MORE },
  { tag = 0xFF0A, field = [{ kind = "dotted_hex", width = 2, property = "device.firmware" }] },
]
""".replace("MORE", '{ at = 0, is = [1, 2], field = [{ width = 2, property = "people.out" }] }')


def test_several_tags_mean_the_same(tmp_path: Path) -> None:
    codec = codec_of(tmp_path, _RUN.replace("UNKNOWN", ""))
    assert told(codec, bytes.fromhex("030001")) == told(codec, bytes.fromhex("040001")) == {"door.open": 1}
    with pytest.raises(DecodeError, match=r"tag of 0x175, 0x300, 0x400, 0x500, .*got 0x100"):
        told(codec, bytes.fromhex("010001"))


def test_a_version_in_hexadecimal_numbers(tmp_path: Path) -> None:
    codec = codec_of(tmp_path, _RUN.replace("UNKNOWN", ""))
    assert told(codec, bytes.fromhex("ff0a0114")) == {"device.firmware": "1.14"}


def test_parts_are_devices_of_their_own(tmp_path: Path) -> None:
    codec = codec_of(tmp_path, _RUN.replace("UNKNOWN", ""))
    rows = codec(reading(bytes.fromhex("017564 050001 06000709")))
    assert [(row.device, row.property, row.value) for row in rows] == [
        ("d1", "device.battery_percent", 100),
        ("d1/di1", "device.heartbeat", 1),
        ("d1/di1", "input.on", 1),
        ("d1/a", "input.value", 7),
        ("d1/b-2", "input.value", 9),
    ]


def test_more_follows_where_a_byte_says_so(tmp_path: Path) -> None:
    codec = codec_of(tmp_path, _RUN.replace("UNKNOWN", ""))
    assert told(codec, bytes.fromhex("07ce0005 017563")) == {"people.in": 5, "device.battery_percent": 99}
    assert told(codec, bytes.fromhex("07ce02050700 017563")) == {
        "people.in": 5,
        "people.out": 7,
        "device.battery_percent": 99,
    }
    with pytest.raises(DecodeError, match="expected tag 0x7ce up to byte 6, got 5 bytes"):
        told(codec, bytes.fromhex("07ce010507"))


def test_a_reading_may_stop_at_what_nobody_knows(tmp_path: Path) -> None:
    codec = codec_of(tmp_path, _RUN.replace("UNKNOWN", 'unknown = "stop"'))
    assert told(codec, bytes.fromhex("017564 f9010203")) == {
        "device.battery_percent": 100,
        "device.unread": 4,
    }
    with pytest.raises(DecodeError, match=r"expected tag of .* got 0xf901"):
        told(codec, bytes.fromhex("f9010203"))
    with pytest.raises(DecodeError, match="a tag up to byte 5, got 4 bytes"):
        told(codec, bytes.fromhex("017564 f9"))


@given(st.lists(st.integers(0, 0xFFFF), min_size=1, max_size=40, unique=True))
@RELAXED
def test_each_of_many_tags_is_found(tmp_path: Path, tags: list[int]) -> None:
    listed = ", ".join(f'{{ tag = {tag}, field = [{{ property = "device.fault" }}] }}' for tag in tags)
    codec = codec_of(
        tmp_path,
        f'[[frame]]\nname = "f"\ntlv = {{ tag_width = 2, length_width = 0, order = "big", tag = [{listed}] }}\n',
    )
    for number, tag in enumerate(tags):
        assert told(codec, tag.to_bytes(2, "big") + bytes([number])) == {"device.fault": number}
    strange = next(tag for tag in range(0x10000) if tag not in tags)
    with pytest.raises(DecodeError, match=f"got 0x{strange:x}"):
        codec(reading(strange.to_bytes(2, "big") + b"\x00"))


_TLV = '[[frame]]\nname = "f"\ntlv = { tag_width = 1, length_width = 0, TLV }'


@pytest.mark.parametrize(
    ("tlv", "words"),
    [
        (
            'tag = [{ tag = 256, field = [{ kind = "skip" }] }]',
            "key tag: expected tags of 1 bytes, got 0x100",
        ),
        ("tag = [{ tag = [1, 2] }, { tag = 2 }]", "expected each tag once, got 0x2 more often"),
        ('tag = [{ tag = 1, part = "A/b" }]', "key part: expected lower case letters"),
        (
            'tag = [{ tag = 1, field = [{ kind = "skip" }], more = { at = 1, is = 0, field = [] } }]',
            "key more: expected a byte within the tag's own 1 bytes, got 1",
        ),
        ('length_width = 1, unknown = "stop", tag = [{ tag = 1 }]', "key unknown: expected refuse or drop"),
        (
            "length_width = 1, tag = [{ tag = 1, more = { at = 0, is = 0, field = [] } }]",
            "key more: expected a length_width of 0",
        ),
    ],
)
def test_what_cannot_be_meant_is_said(tmp_path: Path, tlv: str, words: str) -> None:
    text = _TLV.replace("TLV", tlv)
    if "length_width = 1" in tlv:
        text = text.replace("length_width = 0, ", "")
    with pytest.raises(ProfileError, match=words):
        codec_of(tmp_path, text)
