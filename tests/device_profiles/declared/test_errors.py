"""A mistake in a profile.toml is told with its file, its table and its key."""

from pathlib import Path

import pytest

from device_profiles import ProfileError
from device_profiles.folder import load_folder
from tests.device_profiles.made import codec_of

_FAULT = 'property = "device.fault"'
_MISTAKES = [
    ("prot = 1", r"table frame 1 \(f\).*: .*`prot`"),
    ("port = 300", r"table frame 1 \(f\), key port: expected 0 to 255"),
    ('port = "1"', r"table frame 1 \(f\), key port: Expected"),
    ("first = { value = 0x21, mask = 0xF0 }", r"key first: expected a byte that fits its mask"),
    ('length = [3, 2]\nset = { "device.heartbeat" = true }', r"key length: expected \[least, most\]"),
    ('check = { kind = "crc99", at = 0 }', r"key check: expected one of sum8"),
    (
        'set = { "parking.colour" = 1 }',
        r"key set: expected a property of the catalogue, got 'parking.colour'",
    ),
    ('set = { "device.heartbeat" = 2 }', r"key set: expected a truth for device.heartbeat, got 2"),
    ('set = { "device.started" = 2 }', r"key set: expected a text"),
    ("field = [{}]", r"field 1, key property: expected a property"),
    (
        'field = [{ property = "nope" }]',
        r"table frame 1 \(f\) > field 1 \(nope\), key property: expected a property",
    ),
    (f"field = [{{ {_FAULT}, widht = 2 }}]", r"table frame 1 \(f\) > field 1.*`widht`"),
    (
        f'field = [{{ {_FAULT}, kind = "unit" }}]',
        r"table frame 1 \(f\) > field 1, key kind: Invalid enum value 'unit'",
    ),
    (f"field = [{{ {_FAULT}, width = 9 }}]", r"field 1 \(device.fault\), key width"),
    (f"field = [{{ {_FAULT}, width = -1 }}]", r"key width"),
    (f'field = [{{ {_FAULT}, width = 3, kind = "float" }}]', r"key width: expected \[2, 4, 8\] bytes"),
    (f"field = [{{ {_FAULT}, at = -1 }}]", r"key at: expected 0 or more"),
    (f"field = [{{ {_FAULT}, bit = 8 }}]", r"key bits: expected .* within 8 bits"),
    (f"field = [{{ {_FAULT}, bit = 1, bits = [2, 1] }}]", r"key bit: expected bit or bits"),
    (f'field = [{{ {_FAULT}, kind = "bcd", bit = 1 }}]', r"key bits: expected uint or int"),
    (f"field = [{{ {_FAULT}, invert = true }}]", r"key invert"),
    (f"field = [{{ {_FAULT}, range = [2, 1] }}]", r"key range"),
    (f"field = [{{ {_FAULT}, steps = [[1, 0, 1]] }}]", r"key steps"),
    (f'field = [{{ {_FAULT}, unit = "V" }}]', r"key unit: expected a unit that becomes '', got 'V'"),
    (f"field = [{{ {_FAULT}, scale = 0 }}]", r"key scale"),
    (f"field = [{{ {_FAULT}, enum = {{ a = 1 }} }}]", r"key enum: expected whole numbers as keys"),
    (f'field = [{{ {_FAULT}, enum = {{ 1 = "x" }} }}]', r"key enum: expected a number for device.fault"),
    (
        f'field = [{{ {_FAULT}, kind = "ascii" }}]',
        r"key property: expected an enum to turn ascii into the number",
    ),
    (
        'field = [{ property = "parking.occupied" }]',
        r"key property: expected an enum to turn uint into the truth",
    ),
    (
        'field = [{ property = "device.firmware" }]',
        r"key property: expected an enum to turn uint into the text",
    ),
    ('field = [{ kind = "hex", property = "device.firmware", absent = [1] }]', r"key kind"),
    (f'field = [{{ {_FAULT}, kind = "float", width = 4, absent = [1] }}]', r"key kind"),
    (f'field = [{{ {_FAULT}, kind = "skip" }}]', r"key property: expected no property"),
    (
        f'field = [{{ {_FAULT}, when = {{ field = "x", is = 1 }} }}]',
        r"key when: expected the name of an earlier",
    ),
    ('field = [{ name = "a" }, { name = "a" }]', r"field 2 \(a\), key name: expected a new name"),
    ('field = [{ name = "a b" }]', r"key name"),
    ('field = [{ kind = "ascii", name = "a" }]', r"key name: expected a whole number"),
    ('length = [0, 3]\nfield = [{ name = "a" }]', r"key name: expected a field within the shortest frame"),
    (
        'field = [{ kind = "ascii", width = 0, property = "device.firmware" }, { kind = "skip" }]',
        r"field 2, key at",
    ),
    ("repeat = { field = [] }", r"table frame 1 \(f\) > repeat, key field"),
    (
        f'repeat = {{ count = "n", field = [{{ {_FAULT} }}] }}',
        r"repeat, key count: expected a number, an earlier",
    ),
    (
        f"repeat = {{ field = [{{ {_FAULT} }}] }}\ntlv = {{ tag = [{{ tag = 1 }}] }}",
        r"key repeat: expected repeat or tlv",
    ),
    ("tlv = { tag = [] }", r"table frame 1 \(f\) > tlv, key tag"),
    ("tlv = { tag = [{ tag = 1 }, { tag = 1 }] }", r"tlv, key tag: expected each tag once"),
    ("tlv = { tag_width = 0, tag = [{ tag = 1 }] }", r"tlv, key tag_width"),
    ('tlv = { length_width = 0, unknown = "drop", tag = [{ tag = 1 }] }', r"tlv, key unknown"),
    ("port = 1", r"key field: expected fields, or constants"),
]


@pytest.mark.parametrize(("lines", "words"), _MISTAKES)
def test_a_mistake_in_a_frame(tmp_path: Path, lines: str, words: str) -> None:
    with pytest.raises(ProfileError, match=words) as caught:
        codec_of(tmp_path, f'[[frame]]\nname = "f"\n{lines}\n')
    assert str(tmp_path / "profile.toml") in str(caught.value)


_FRAME = '[[frame]]\nname = "f"\nfield = [{ property = "device.fault" }]\n'
_TESTS = 'tests = [{ hex = "05", gives = { "device.fault" = 5 } }]\n'
_TOP = """
key = "made"
title = { zh = "测试", en = "made" }
heartbeat_s = 60
silent_after_s = 120
sources = ["this test"]
"""


def test_a_good_profile_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "profile.toml").write_text(_TOP + _TESTS + _FRAME, encoding="utf-8")
    one = load_folder(tmp_path)
    assert (one.profile.key, one.profile.heartbeat_s, one.profile.silent_after_s) == ("made", 60, 120)
    assert one.profile.title.zh == "测试"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (_TOP + _FRAME, r"key tests: expected at least one test"),
        (_TOP + "tests = []\n" + _FRAME, r"key tests: expected at least one test"),
        (
            _TOP + _TESTS.replace("= 5 ", "= 6 ") + _FRAME,
            r"table tests 1, key hex: expected device.fault=6, got device.fault=5",
        ),
        (
            _TOP + 'tests = [{ hex = "0", refused = "x" }]\n' + _FRAME,
            r"tests 1, key hex: expected hexadecimal",
        ),
        (_TOP + 'tests = [{ hexx = "05" }]\n' + _FRAME, r"table tests 1.*`hexx`"),
        (_TOP + _TESTS, r"key frame: expected one of frame, senml, modbus, javascript, codec.py, got none"),
        (_TOP + _TESTS + _FRAME + "[senml]\n", r"key frame: expected one of .*, got frame and senml"),
        (_TOP.replace("made", "Made", 1) + _TESTS + _FRAME, r"key key: expected lower case"),
        (_TOP.replace("120", "12") + _TESTS + _FRAME, r"key silent_after_s"),
        (_TOP.replace('["this test"]', "[]") + _TESTS + _FRAME, r"key sources"),
        (
            _TOP.replace("heartbeat_s", "hartbeat_s") + _TESTS + _FRAME,
            r"profile.toml: .*`hartbeat_s`|missing required field `heartbeat_s`",
        ),
        (
            _TOP + _TESTS + '[senml.names]\n"1/2" = { property = "x" }\n',
            r"table senml, key 1/2: expected a property",
        ),
        ("key = ", r"profile.toml: "),
    ],
)
def test_a_mistake_in_a_profile(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "profile.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError, match=words) as caught:
        load_folder(tmp_path)
    assert str(tmp_path / "profile.toml") in str(caught.value)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"profile.toml: .*No such file"):
        load_folder(tmp_path)
