"""Frames are chosen by port, first byte and length; what repeats, is tagged or summed up is understood."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_profiles import DecodeError, Format
from device_profiles.declared.checksums import CHECKSUMS
from tests.device_profiles.made import NOW_MS, RELAXED, codec_of, reading, told

_CHOICE = """
[[frame]]
name = "short"
port = [1, 2]
length = 1
field = [{ property = "device.fault" }]

[[frame]]
name = "marked"
port = 1
first = { value = 0x20, mask = 0xF0 }
length = [2, 3]
field = [{ kind = "skip" }, { property = "device.fault" }, { kind = "int", property = "device.temperature" }]

[[frame]]
name = "long"
length = [5, 9]
set = { "device.heartbeat" = true }
"""


def test_the_first_frame_that_fits_is_taken(tmp_path: Path) -> None:
    codec = codec_of(tmp_path, _CHOICE)
    assert told(codec, b"\x07", 1) == {"device.fault": 7}
    assert told(codec, b"\x07", 2) == {"device.fault": 7}
    assert told(codec, b"\x2a\x08", 1) == {"device.fault": 8}
    assert told(codec, b"\x2a\x08\xff", 1) == {"device.fault": 8, "device.temperature": -1}
    assert told(codec, bytes(5), None) == {"device.heartbeat": 1}


@pytest.mark.parametrize(
    ("payload", "port", "words"),
    [
        (
            b"\x07",
            3,
            r"short \(port 1 or 2, 1 byte\) or marked \(.*0x20 under mask 0xf0, 2 to 3 bytes\).*got port 3",
        ),
        (b"\x31\x08", 1, "got port 1, 2 bytes: 3108"),
        (b"", 2, r"^expected short \(port 1 or 2, 1 byte\); got port 2, 0 bytes: nothing$"),
        (b"\x07", None, "got no port, 1 bytes: 07"),
        (bytes(10), 9, r"long \(5 to 9 bytes\)"),
    ],
)
def test_no_frame_fits(tmp_path: Path, payload: bytes, port: int | None, words: str) -> None:
    with pytest.raises(DecodeError, match=words):
        codec_of(tmp_path, _CHOICE)(reading(payload, port))


def test_a_pack_is_not_bytes(tmp_path: Path) -> None:
    with pytest.raises(DecodeError, match=r"expected the device's own bytes, got senml\+json"):
        codec_of(tmp_path, _CHOICE)(reading(b"\x07", 1, Format.SENML_JSON))


def test_the_head_starts_every_frame(tmp_path: Path) -> None:
    codec = codec_of(
        tmp_path,
        """
        head = [{ bit = 7, property = "parking.occupied" }]
        [[frame]]
        name = "a"
        first = { value = 0, mask = 1 }
        field = [{ property = "device.fault" }]
        [[frame]]
        name = "b"
        first = { value = 1, mask = 1 }
        """,
    )
    assert told(codec, b"\x80\x05") == {"parking.occupied": 1, "device.fault": 5}
    assert told(codec, b"\x01") == {"parking.occupied": 0}


@given(st.lists(st.integers(-128, 127), max_size=20))
@RELAXED
def test_repeats_to_the_end_grow_older(tmp_path: Path, values: list[int]) -> None:
    codec = codec_of(
        tmp_path,
        """
        [[frame]]
        name = "history"
        field = [{ kind = "skip" }]
        [frame.repeat]
        every_s = 60
        field = [{ kind = "int", property = "device.temperature" }]
        """,
    )
    rows = codec(reading(b"\x00" + b"".join(value.to_bytes(1, "big", signed=True) for value in values)))
    assert [row.value for row in rows] == values
    assert [row.at_ms for row in rows] == [NOW_MS - 60_000 * turn for turn in range(len(values))]


def test_repeats_by_a_count_for_several_devices(tmp_path: Path) -> None:
    codec = codec_of(
        tmp_path,
        """
        [[frame]]
        name = "bays"
        length = [1, 30]
        field = [{ name = "bays" }]
        [frame.repeat]
        count = "bays"
        each_device = true
        field = [{ bit = 0, property = "parking.occupied" }, { property = "device.fault", absent = [0] }]
        """,
    )
    rows = codec(reading(bytes([2, 1, 0, 0, 9])))
    assert [(row.device, row.property, row.value) for row in rows] == [
        ("d1/1", "parking.occupied", 1),
        ("d1/2", "parking.occupied", 0),
        ("d1/2", "device.fault", 9),
    ]
    with pytest.raises(DecodeError, match="expected 2 bytes a turn up to byte 7, got 5 bytes"):
        codec(reading(bytes([3, 1, 0, 0, 9])))


def test_repeats_that_do_not_come_out_even_are_refused(tmp_path: Path) -> None:
    codec = codec_of(
        tmp_path,
        '[[frame]]\nname = "f"\nrepeat = { field = [{ width = 2, property = "device.fault" }] }',
    )
    assert codec(reading(b"")) == []
    with pytest.raises(DecodeError, match="2 bytes a turn"):
        codec(reading(bytes(3)))


_TAGGED = """
[[frame]]
name = "tagged"
[frame.tlv]
UNKNOWN
[[frame.tlv.tag]]
tag = 1
field = [{ kind = "int", width = 2, property = "device.temperature", scale = 0.1 }]
[[frame.tlv.tag]]
tag = 0x75
field = [{ property = "device.battery_percent" }]
[[frame.tlv.tag]]
tag = 3
field = [{ kind = "ascii", width = 0, property = "device.firmware" }]
[[frame.tlv.tag]]
tag = 4
set = { "device.heartbeat" = true }
"""


def test_tag_length_value(tmp_path: Path) -> None:
    codec = codec_of(tmp_path, _TAGGED.replace("UNKNOWN", ""))
    assert told(codec, bytes.fromhex("010200d7 7501 64 0303 312e32 0400")) == {
        "device.temperature": 21.5,
        "device.battery_percent": 100,
        "device.firmware": "1.2",
        "device.heartbeat": 1,
    }
    assert told(codec, b"") == {}
    with pytest.raises(DecodeError, match="expected tag of 0x1, 0x75, 0x3, 0x4, got 0x9"):
        told(codec, b"\x09\x00")
    with pytest.raises(DecodeError, match="expected tag 0x1 of 2 bytes, got 1 bytes"):
        told(codec, b"\x01\x01\x00")
    with pytest.raises(DecodeError, match="tag 0x1 up to byte 4, got 3 bytes"):
        told(codec, b"\x01\x02\x00")
    with pytest.raises(DecodeError, match="expected a tag up to byte 2, got 1 bytes"):
        told(codec, b"\x01")


def test_unknown_tags_are_passed_over_where_the_profile_says_so(tmp_path: Path) -> None:
    codec = codec_of(tmp_path, _TAGGED.replace("UNKNOWN", 'unknown = "drop"'))
    assert told(codec, bytes.fromhex("0903aabbcc 750164")) == {"device.battery_percent": 100}


def test_tags_without_a_length(tmp_path: Path) -> None:
    codec = codec_of(
        tmp_path,
        """
        [[frame]]
        name = "channels"
        order = "little"
        [frame.tlv]
        tag_width = 2
        length_width = 0
        order = "big"
        [[frame.tlv.tag]]
        tag = 0x0175
        field = [{ property = "device.battery_percent" }]
        [[frame.tlv.tag]]
        tag = 0x0367
        field = [{ kind = "int", width = 2, property = "air.temperature", scale = 0.1 }]
        """,
    )
    assert told(codec, bytes.fromhex("017564 0367 1001")) == {
        "device.battery_percent": 100,
        "air.temperature": 27.2,
    }
    with pytest.raises(DecodeError, match="tag 0x367 up to byte 4, got 3 bytes"):
        told(codec, bytes.fromhex("036710"))


# The check values of the catalogue of parametrised CRC algorithms, over the digits 1 to 9.
@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("sum8", 0xDD),
        ("xor8", 0x31),
        ("crc16-arc", 0xBB3D),
        ("crc16-modbus", 0x4B37),
        ("crc16-kermit", 0x2189),
        ("crc16-x25", 0x906E),
        ("crc16-xmodem", 0x31C3),
        ("crc16-ccitt-false", 0x29B1),
    ],
)
def test_checksums(tmp_path: Path, kind: str, value: int) -> None:
    assert CHECKSUMS[kind].of(b"123456789") == value
    width = CHECKSUMS[kind].width
    codec = codec_of(
        tmp_path,
        f"""
        [[frame]]
        name = "f"
        length = [3, 20]
        check = {{ kind = "{kind}", at = -{width}, order = "little" }}
        field = [{{ property = "device.fault" }}]
        """,
    )
    payload = b"123456789" + value.to_bytes(width, "little")
    assert told(codec, payload) == {"device.fault": ord("1")}
    with pytest.raises(DecodeError, match=f"expected {kind} checksum"):
        told(codec, b"2" + payload[1:])


def test_a_checksum_over_a_part(tmp_path: Path) -> None:
    codec = codec_of(
        tmp_path,
        """
        [[frame]]
        name = "f"
        length = [1, 9]
        check = { kind = "sum8", at = 3, start = 1, end = 3 }
        field = [{ property = "device.fault" }]
        """,
    )
    assert told(codec, bytes([9, 1, 2, 3, 77])) == {"device.fault": 9}
    with pytest.raises(DecodeError, match="a sum8 checksum up to byte 4, got 1 bytes"):
        told(codec, b"\x09")


def test_the_network_servers_time_and_the_links_strength(tmp_path: Path) -> None:
    codec = codec_of(tmp_path, 'link = true\n[[frame]]\nname = "f"\nfield = [{ property = "device.fault" }]')
    heard = reading(b"\x01")
    assert [(row.at_ms, row.trust) for row in codec(heard)] == [(NOW_MS, heard.trust)]
    strong = type(heard)(
        device=heard.device,
        payload=b"\x01",
        received_ms=5,
        trust=heard.trust,
        at_ms=NOW_MS - 1,
        rssi_dbm=-87.0,
        snr_db=9.5,
    )
    rows = codec(strong)
    assert {row.property: row.value for row in rows} == {
        "device.fault": 1,
        "link.rssi": -87.0,
        "link.snr": 9.5,
    }
    assert {(row.at_ms, row.trust.name) for row in rows} == {(NOW_MS - 1, "DEVICE")}


_EVERYTHING = """
[[frame]]
name = "tagged"
first = { value = 1 }
check = { kind = "crc16-modbus", at = -2 }
field = [{ kind = "skip" }]
[frame.tlv]
unknown = "drop"
tag_width = 1
tag = [
  { tag = 1, field = [{ kind = "bcd", width = 3, property = "device.fault" }] },
  { tag = 2, field = [{ kind = "float", width = 2, property = "device.temperature" }] },
  { tag = 3, field = [{ kind = "ascii", width = 0, property = "device.firmware" }] },
  { tag = 4, field = [{ kind = "uint", width = 8, property = "device.fault" }] },
]
[[frame]]
name = "counted"
first = { value = 2 }
length = [3, 90]
field = [
  { kind = "skip" },
  { kind = "int", name = "turns" },
  { property = "device.battery_v", steps = [[0, 0, 1], [9, 9, 2]], range = [0, 100], outside = "drop" },
]
[frame.repeat]
count = "turns"
each_device = true
every_s = 1.5
field = [
  { name = "what", bits = [7, 4] },
  { at = 0, kind = "int", bits = [3, 0], property = "device.temperature", when = { field = "turns", is = [1, 2] } },
  { kind = "float", width = 8, order = "little", property = "device.uptime" },
]
[[frame]]
name = "rest"
length = [0, 65535]
field = [
  { kind = "bcd", width = 8, property = "device.fault" },
  { kind = "hex", width = 0, property = "device.firmware" },
]
"""


@given(st.binary(max_size=60))
@RELAXED
def test_no_bytes_raise_anything_but_a_refusal(tmp_path: Path, payload: bytes) -> None:
    codec = codec_of(tmp_path, _EVERYTHING)
    for first in (b"", b"\x01", b"\x02"):
        try:
            rows = codec(reading(first + payload))
        except DecodeError:
            continue
        assert all(isinstance(row.value, int | float | str) for row in rows)
