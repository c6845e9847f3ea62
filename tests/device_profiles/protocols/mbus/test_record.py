"""Every coding, table and qualifier of a record says what EN 13757-3 says that it says."""

from decimal import Decimal

import pytest

from device_profiles import DecodeError
from device_profiles.protocols.mbus import Function, Moment, Record, read_records, unpacked


def only(octets: str) -> Record:
    (row,) = read_records(bytes.fromhex(octets)).rows
    return row


@pytest.mark.parametrize(
    ("octets", "value"),
    [
        ("0113 ff", "-0.001"),
        ("0213 0080", "-32.768"),
        ("0313 010000", "0.001"),
        ("0413 ffffff7f", "2147483.647"),
        ("0613 0000000000 80", "-140737488355.328"),
        ("0713 0100000000000080", "-9223372036854775.807"),
        ("0913 99", "0.099"),
        ("0a13 3412", "1.234"),
        ("0b13 563412", "123.456"),
        ("0c13 78563412", "12345.678"),
        ("0e13 999999999999", "999999999.999"),
        ("0a13 34f2", "-0.234"),
        ("0513 0000803f", "0.001"),
        ("0d13 c2 3412", "1.234"),
        ("0d13 d2 3412", "-1.234"),
    ],
)
def test_a_number_keeps_every_digit(octets: str, value: str) -> None:
    row = only(octets)
    assert (row.quantity, row.unit, row.value) == ("volume", "m3", Decimal(value))


@pytest.mark.parametrize(
    "octets", ["0a13 d4eb", "0b13 56a412", "0513 0000c07f", "0513 0000807f", "0a13 f4ff", "0813", "0013"]
)
def test_what_is_no_number_has_no_value(octets: str) -> None:
    assert only(octets).value is None


def test_texts_come_with_the_last_letter_first_and_bits_as_octets() -> None:
    assert only("0dfd11 04 64636261").value == "abcd"
    assert only("0dfd11 e2 0102").value == b"\x01\x02"
    assert only("0d7c 02 5750 f0" + "00" * 16).value == bytes(16)
    assert only("0d7c 02 5750 f0" + "00" * 16).unit == "PW"


@pytest.mark.parametrize("octets", ["0d13", "0d13 f700", "0d13 ff00", "0d13 05 0102"])
def test_a_value_of_variable_length_must_be_there(octets: str) -> None:
    with pytest.raises(DecodeError, match="variable value"):
        read_records(bytes.fromhex(octets))


@pytest.mark.parametrize(
    ("octets", "quantity", "unit", "value"),
    [
        ("0107 01", "energy", "Wh", "10000"),
        ("010f 01", "energy", "J", "10000000"),
        ("011f 01", "mass", "kg", "10000"),
        ("0123 02", "on_time", "s", "172800"),
        ("0126 02", "operating_time", "s", "7200"),
        ("012f 01", "power", "W", "10000"),
        ("0137 01", "power", "J/h", "10000000"),
        ("0147 01", "volume_flow", "m3/min", "1"),
        ("014f 01", "volume_flow", "m3/s", "0.01"),
        ("0157 01", "mass_flow", "kg/h", "10000"),
        ("0158 01", "flow_temperature", "Cel", "0.001"),
        ("0163 01", "temperature_difference", "K", "1"),
        ("016b 01", "pressure", "bar", "1"),
        ("016e ff", "heat_cost_units", "", "-1"),
        ("0175 01", "actuality_duration", "s", "60"),
        ("01fd03 01", "credit", "currency", "1"),
        ("01fd0c ff", "model_version", "", "255"),
        ("01fd17 ff", "error_flags", "", "255"),
        ("01fd26 01", "storage_interval", "s", "3600"),
        ("01fd28 01", "storage_interval", "month", "1"),
        ("01fd32 01", "tariff_duration", "s", "3600"),
        ("01fd4f 01", "voltage", "V", "1000000"),
        ("01fd50 01", "current", "A", "0.000000000001"),
        ("01fd6d 02", "battery_time", "s", "172800"),
        ("01fd74 01", "battery_left", "s", "86400"),
        ("01fb01 01", "energy", "Wh", "1000000"),
        ("01fb09 01", "energy", "J", "1000000000"),
        ("01fb11 01", "volume", "m3", "1000"),
        ("01fb1b 2d", "relative_humidity", "%RH", "45"),
        ("01fb29 01", "power", "W", "1000000"),
        ("01fb2d 05", "frequency", "Hz", "0.05"),
        ("01fb7f 01", "cumulated_maximum_power", "W", "10000"),
        ("01fdfd03 02", "battery_left", "year", "2"),
        ("01fd7d01", "unknown", "", "1"),
        ("017f 05", "manufacturer_specific", "", "5"),
    ],
)
def test_the_tables(octets: str, quantity: str, unit: str, value: str) -> None:
    row = only(octets)
    assert (row.quantity, row.unit, row.value) == (quantity, unit, Decimal(value))


def test_functions_storages_tariffs_and_subunits() -> None:
    row = only("f4 d1 21 13 01000000")
    assert (row.function, row.storage, row.tariff, row.subunit) == (Function.ERROR, 35, 9, 1)
    assert only("1113 01").function is Function.MAXIMUM
    assert only("2113 01").function is Function.MINIMUM
    assert (only("4113 01").storage, only("c1bf8f0f 13 01").storage) == (1, 0x1FFF)


@pytest.mark.parametrize(
    ("octets", "quantity", "unit", "value", "words"),
    [
        ("01933c 01", "volume", "m3", "0.001", ("backward",)),
        ("01933b 01", "volume", "m3", "0.001", ("forward",)),
        ("019300 01", "volume", "m3", "0.001", ()),
        ("019328 01", "volume", "m3", "0.001", ("per_input_pulse_0",)),
        ("019374 02", "volume", "m3", "0.00002", ()),
        ("01937d 02", "volume", "m3", "2", ()),
        ("01937b 02", "volume", "m3", "1.002", ()),
        ("01ad56 05", "duration", "s", "18000", ("power", "last_exceed_lower_limit")),
        ("01fdc8fc01 05", "voltage", "V", "0.5", ("phase_1",)),
        ("01ff21 05", "manufacturer_specific", "", "5", ()),
        ("01ad ff 05 07", "power", "W", "700", ()),
        ("01ad49 03", "count", "", "3", ("power", "exceeds_upper_limit")),
    ],
)
def test_codes_behind_the_quantity(
    octets: str, quantity: str, unit: str, value: str, words: tuple[str, ...]
) -> None:
    row = only(octets)
    assert (row.quantity, row.unit, row.value, tuple(row.qualifiers)) == (
        quantity,
        unit,
        Decimal(value),
        words,
    )


def test_a_record_that_reports_an_error_has_no_value() -> None:
    row = only("019315 07")
    assert (row.value, tuple(row.qualifiers), row.raw) == (None, ("no_data",), b"\x07")


def test_a_manufacturers_codes_are_kept() -> None:
    assert only("01ff21 05").maker == b"\x21"
    assert only("01adff05 07").maker == b"\x05"


def test_the_time_of_a_maximum_is_a_time_and_not_a_power() -> None:
    row = only("14ad6f 32147a18")
    assert (row.quantity, row.value) == ("datetime", Moment(year=2011, month=8, day=26, hour=20, minute=50))
    assert row.function is Function.MAXIMUM


def test_a_unit_in_plain_words_may_be_corrected_behind() -> None:
    row = only("02fc0348522574 4134")
    assert (row.quantity, row.unit, row.value) == ("plain_text", "%RH", Decimal("133.77"))


def test_fillers_are_passed_over_and_the_manufacturers_own_ends_the_records() -> None:
    records = read_records(bytes.fromhex("2f2f 0113 01 2f 0f 0102"))
    assert (len(records.rows), records.own, records.more) == (1, b"\x01\x02", False)
    assert read_records(bytes.fromhex("1f")).more


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        ("04", "a VIF"),
        ("84", "a DIFE"),
        ("0493", "a VIFE"),
        ("0413 010203", "4 bytes at byte 2, got 3"),
        ("3f13", "reserved DIF 3F"),
        ("84" + "80" * 11, "at most 10 DIFEs"),
        ("0493" + "80" * 11, "at most 10 VIFEs"),
        ("047c", "length of a unit"),
        ("047c 0561", "unit of 5 letters, got 1"),
    ],
)
def test_a_broken_record_is_refused_with_its_reason(octets: str, words: str) -> None:
    with pytest.raises(DecodeError, match=words):
        read_records(bytes.fromhex(octets))


def test_a_load_profile_becomes_one_record_a_value() -> None:
    rows = read_records(bytes.fromhex("4413 e8030000 4d931f 06 41fe 01020304")).rows
    values = [(row.storage, row.value) for row in unpacked(rows)]
    steps = ["1.000", "1.001", "1.003", "1.006", "1.010"]
    assert values == [(storage, Decimal(value)) for storage, value in enumerate(steps, 1)]


def test_a_load_profile_back_in_time_goes_down() -> None:
    rows = read_records(bytes.fromhex("4413 e8030000 4d9313 04 41fe 0102")).rows
    assert [row.value for row in unpacked(rows)] == [Decimal(one) for one in ("1.000", "0.999", "0.997")]


def test_a_load_profile_of_whole_values_needs_no_start() -> None:
    rows = read_records(bytes.fromhex("8d04931e 0a 3cfe 01000000 02000000")).rows
    assert [(row.storage, row.value) for row in unpacked(rows)] == [
        (8, Decimal("0.001")),
        (9, Decimal("0.002")),
    ]
