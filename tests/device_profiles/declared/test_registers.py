"""The [modbus] table: what its fields mean, in every order of words and bytes, and every mistake with its place."""

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_profiles import Codec, DecodeError, Dialogue, ProfileError
from device_profiles.declared import Spot, compile_registers, read_document
from device_profiles.folder import load_folder
from tests.device_profiles.made import HEAD, RELAXED, reading, told

Made = tuple[Codec, Dialogue]


def made(folder: Path, table: str) -> Made:
    """Compile the [modbus] table of a profile.toml."""
    path = folder / "profile.toml"
    path.write_text(f"{HEAD}\n[modbus]\n{table}", encoding="utf-8")
    document = read_document(path)
    assert document.modbus is not None
    return compile_registers(document.modbus, Spot(path=path))


def block(*fields: str, function: int = 3, start: int = 0, count: int = 1, more: str = "") -> str:
    written = "".join(f"[[modbus.block.field]]\n{field}\n" for field in fields)
    return f'{more}\n[[modbus.block]]\nname = "b"\nfunction = {function}\nstart = {start}\ncount = {count}\n{written}'


def head(function: int, start: int, count: int) -> bytes:
    return struct.pack(">BHH", function, start, count)


_VALUE = 'property = "input.value"'


@pytest.mark.parametrize(
    ("field", "registers", "value"),
    [
        (_VALUE, "ff38", 0xFF38),
        (f'kind = "int16"\n{_VALUE}', "ff38", -200),
        (f'kind = "uint32"\n{_VALUE}', "00018000", 98304),
        (f'kind = "int32"\n{_VALUE}', "fffffffe", -2),
        (f'kind = "int32"\nwords = "little"\n{_VALUE}', "fffeffff", -2),
        (f'kind = "float32"\n{_VALUE}', "43668000", 230.5),
        (f'kind = "float32"\nwords = "little"\n{_VALUE}', "80004366", 230.5),
        (f'kind = "float32"\nbytes = "little"\n{_VALUE}', "66430080", 230.5),
        (f'kind = "float32"\nwords = "little"\nbytes = "little"\n{_VALUE}', "00806643", 230.5),
        (f'kind = "float64"\n{_VALUE}', "406cd00000000000", 230.5),
        (f'kind = "float64"\nwords = "little"\n{_VALUE}', "000000000000406c", 224.0),
        (f'kind = "uint64"\n{_VALUE}', "0000000100000000", 2**32),
        (f'kind = "int64"\n{_VALUE}', "ffffffffffffffff", -1),
        (f'kind = "bcd"\nregisters = 2\n{_VALUE}', "00123456", 123456),
        (f"bit = 15\n{_VALUE}", "8000", 1),
        (f"bits = [7, 4]\n{_VALUE}", "00a5", 10),
        (f"scale = 0.1\noffset = -40\n{_VALUE}", "01f4", 10),
        (f"range = [0, 10]\n{_VALUE}", "000a", 10),
    ],
)
def test_a_kind_of_register(tmp_path: Path, field: str, registers: str, value: float) -> None:
    octets = bytes.fromhex(registers)
    codec, _ = made(tmp_path, block(field, count=len(octets) // 2))
    assert told(codec, head(3, 0, len(octets) // 2) + octets) == {"input.value": value}


def test_text_units_enums_and_what_is_absent(tmp_path: Path) -> None:
    fields = (
        'kind = "ascii"\nregisters = 3\nproperty = "device.firmware"',
        'property = "device.battery_v"\nunit = "mV"\nabsent = [0xFFFF]',
        'property = "ev.state"\nenum = { 1 = "charging", 2 = "idle" }\notherwise = "drop"',
    )
    codec, _ = made(tmp_path, block(*fields, count=5))
    good = head(3, 0, 5) + b"V1.02\0" + bytes.fromhex("0ce4 0001")
    assert told(codec, good) == {"device.firmware": "V1.02", "device.battery_v": 3.3, "ev.state": "charging"}
    assert told(codec, head(3, 0, 5) + b"V1\0\0\0\0" + bytes.fromhex("ffff 0009")) == {
        "device.firmware": "V1"
    }


def test_bits_of_one_register_and_a_condition_on_another(tmp_path: Path) -> None:
    fields = (
        'register = 10\nbit = 0\nproperty = "pump.running"',
        'register = 10\nbit = 1\ninvert = true\nproperty = "door.open"',
        'register = 11\nname = "unit"',
        'register = 12\nproperty = "water.level"\nunit = "cm"\nwhen = { field = "unit", is = 1 }',
        'register = 12\nproperty = "water.level"\nunit = "mm"\nwhen = { field = "unit", is = 2 }',
    )
    codec, _ = made(tmp_path, block(*fields, start=10, count=3))
    assert told(codec, head(3, 10, 3) + bytes.fromhex("0001 0001 00c8")) == {
        "pump.running": 1,
        "door.open": 1,
        "water.level": 2,
    }
    assert told(codec, head(3, 10, 3) + bytes.fromhex("0002 0002 00c8"))["water.level"] == 0.2


def test_coils_count_from_the_lowest_bit_and_belong_to_parts(tmp_path: Path) -> None:
    fields = [f'part = "i{number}"\nproperty = "input.on"' for number in range(10)]
    codec, dialogue = made(tmp_path, block(*fields, function=2, start=100, count=10))
    rows = codec(reading(head(2, 100, 10) + b"\x81\x02"))
    assert {row.device: row.value for row in rows} == {
        f"d1/i{number}": int(number in (0, 7, 9)) for number in range(10)
    }
    assert [question[:-2].hex() for question in dialogue.questions("9")] == ["09020064000a"]


def test_several_blocks_may_come_in_one_reading_or_in_several(tmp_path: Path) -> None:
    text = block(_VALUE) + block('property = "pump.fault"', function=4, start=7)
    codec, dialogue = made(tmp_path, text)
    one, other = head(3, 0, 1) + b"\0\1", head(4, 7, 1) + b"\0\2"
    assert told(codec, one) == {"input.value": 1}
    assert told(codec, other + one) == {"pump.fault": 2, "input.value": 1}
    assert len(dialogue.questions("1")) == 2


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (b"", r"expected function, start and count of b \(0300000001\); got nothing"),
        (head(3, 0, 2) + b"\0\0\0\0", "got 030000000200000000"),
        (head(4, 0, 1) + b"\0\0", "got 0400000001"),
        (head(3, 0, 1) + b"\0", "expected b up to byte 7, got 6 bytes"),
        (head(3, 0, 1) + b"\0\0\0", "got 00"),
        (head(0x83, 0, 1) + b"\2", r"refused to give b: illegal data address.*\(exception 2\)"),
        (head(0x83, 0, 1) + b"\x63", r"does not know \(exception 99\)"),
        (head(0x83, 0, 1), "expected function"),
    ],
)
def test_what_is_refused(tmp_path: Path, payload: bytes, words: str) -> None:
    codec, _ = made(tmp_path, block(_VALUE))
    with pytest.raises(DecodeError, match=words):
        codec(reading(payload))


_OTHER = 'property = "device.fault"'


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("block = []", r"table modbus, key block: expected at least one"),
        ("words = 3\n" + block(_VALUE), r"table modbus, key words"),
        (block(_VALUE, function=5), r"table modbus > block 1 \(b\), key function: expected 1, 2, 3 or 4"),
        (block(_VALUE, count=0), r"key count: expected 1 to 125 registers"),
        (block(_VALUE, count=126), r"key count: expected 1 to 125 registers"),
        (block(_VALUE, function=1, count=2001), r"key count: expected 1 to 2000 bits"),
        (block(_VALUE, start=65535, count=2), r"key start: expected registers from 0 to 65535"),
        (block(_VALUE, start=-1), r"key start"),
        (block(_VALUE, count=2), r"block 1 \(b\), key field: .* none for 1 to 1; .*skip"),
        (block(f"register = 1\n{_VALUE}", count=2), r"key field: .* none for 0 to 0"),
        (
            block(f"register = 0\n{_VALUE}", f"register = 2\n{_OTHER}", count=3),
            r"key field: .* none for 1 to 1",
        ),
        (
            block(f'kind = "uint32"\n{_VALUE}', f"register = 1\n{_OTHER}", count=2),
            r"field 2 \(device.fault\), key register: expected registers of its own, got 1 again",
        ),
        (
            block(f'register = 0\nkind = "int16"\n{_VALUE}', f"register = 0\n{_OTHER}"),
            r"key register: expected registers of its own",
        ),
        (
            block(f"register = 5\n{_VALUE}"),
            r"field 1 \(input.value\), key register: expected 1 within 0 to 0",
        ),
        (block(f'kind = "float32"\n{_VALUE}'), r"key register: expected 2 within 0 to 0"),
        (
            block(f'kind = "bit"\n{_VALUE}'),
            r"key kind: expected a kind of registers, got bit; one bit .* 'bit = 3'",
        ),
        (block(f'kind = "uint16"\n{_VALUE}', function=1), r"key kind: expected bit"),
        (block(f"registers = 2\n{_VALUE}", count=2), r"key registers: expected none"),
        (block(f'kind = "bcd"\nregisters = 5\n{_VALUE}', count=5), r"key registers: expected 1 to 4"),
        (block('kind = "uint17"\nproperty = "input.value"'), r"field 1, key kind: Invalid enum value"),
        (block("regster = 1\n" + _VALUE), r"block 1 \(b\) > field 1.*`regster`"),
        (block('property = "nope"'), r"field 1 \(nope\), key property: expected a property of the catalogue"),
        (block(f'unit = "V"\n{_VALUE}'), r"key unit"),
        (block('kind = "skip"'), r"key field: expected a field with a property"),
        (block(f"bits = [16, 0]\n{_VALUE}"), r"key bits: expected .* within 16 bits"),
        (block(f'when = {{ field = "x", is = 1 }}\n{_VALUE}'), r"key when"),
        (
            block(_VALUE, f"register = 1\n{_OTHER}", count=2) + block(_VALUE, start=1),
            r"block 2 \(b\), key start: expected registers that no other block reads, got 1 of function 3 again",
        ),
    ],
)
def test_a_mistake_is_told_with_table_and_key(tmp_path: Path, table: str, words: str) -> None:
    with pytest.raises(ProfileError, match=words) as caught:
        made(tmp_path, table)
    assert str(tmp_path / "profile.toml") in str(caught.value)


def test_a_part_may_use_a_name_of_the_block_and_says_nothing_else(tmp_path: Path) -> None:
    fields = (
        'name = "mode"\nproperty = "device.fault"',
        'part = "a"\nproperty = "input.value"\nwhen = { field = "mode", is = 3 }',
    )
    codec, _ = made(tmp_path, block(*fields, count=2))
    rows = codec(reading(head(3, 0, 2) + bytes.fromhex("00030009")))
    assert [(row.device, row.property, row.value) for row in rows] == [
        ("d1", "device.fault", 3),
        ("d1/a", "input.value", 9),
    ]


def test_a_folder_with_registers_is_loaded_with_its_dialogue(tmp_path: Path) -> None:
    text = HEAD.replace(
        'hex = "00", refused = "x"', 'hex = "03 0000 0001 0007", gives = { "input.value" = 7 }'
    )
    (tmp_path / "profile.toml").write_text(f"{text}[modbus]\n{block(_VALUE)}", encoding="utf-8")
    one = load_folder(tmp_path)
    assert one.profile.dialogue is not None
    assert len(one.profile.dialogue.questions("1")) == 1
    (tmp_path / "profile.toml").write_text(f"{text}[senml]\n[modbus]\n{block(_VALUE)}", encoding="utf-8")
    with pytest.raises(ProfileError, match="got senml and modbus"):
        load_folder(tmp_path)


@given(st.binary(max_size=60))
@RELAXED
def test_any_bytes_are_understood_or_refused(tmp_path_factory: pytest.TempPathFactory, octets: bytes) -> None:
    fields = (f'kind = "float32"\nwords = "little"\n{_VALUE}', f'kind = "bcd"\nregisters = 2\n{_OTHER}')
    codec, _ = made(tmp_path_factory.mktemp("any"), block(*fields, count=4))
    for payload in (octets, head(3, 0, 4) + octets):
        try:
            codec(reading(payload))
        except DecodeError:
            continue


def test_a_slip_in_a_dialogue_by_hand_is_no_crash_over_noise(tmp_path: Path) -> None:
    text = HEAD.replace('refused = "x"', 'gives = { "device.fault" = 1 }')
    (tmp_path / "profile.toml").write_text(text, encoding="utf-8")
    (tmp_path / "codec.py").write_text(
        """
from device_profiles import Reading
from wire import Observation, PropertyName


class Slipping:
    def questions(self, address):
        return [bytes([int(address)])]

    def answer(self, address, question, heard):
        return heard[: heard[3]]


dialogue = Slipping()


def decode(reading):
    return [
        Observation(device=reading.device, property=PropertyName("device.fault"), value=1, at_ms=0)
    ]
""",
        encoding="utf-8",
    )
    dialogue = load_folder(tmp_path).profile.dialogue
    assert dialogue is not None
    assert dialogue.answer("1", b"\1", b"abc\2") == b"ab"
    with pytest.raises(DecodeError, match="dialogue failed: IndexError"):
        dialogue.answer("1", b"\1", b"ab")
    with pytest.raises(DecodeError, match="dialogue failed: ValueError"):
        dialogue.questions("x")
