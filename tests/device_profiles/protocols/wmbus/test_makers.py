"""What manufacturers do in their own ways is read as their documents and public telegrams show it."""

from decimal import Decimal

import pytest

from device_profiles import DecodeError
from device_profiles.protocols.mbus import Function, Moment, long_frame, maker_code
from device_profiles.protocols.mbus import read_telegram as read_wired
from device_profiles.protocols.wmbus import RadioTelegram, explain_wired, read_telegram
from tests.device_profiles.protocols.wmbus import aes

# Apator's older radios set the highest bit, which no letter has.
_CODES = {"APT": 0x8614}


def telegram(maker: str, version: int, kind: int, content: str, status: int = 0) -> RadioTelegram:
    """Read a telegram of device 12345678; content that begins with a record has a short header before it."""
    octets = bytes.fromhex(content)
    if octets[0] < 0x70:
        octets = bytes([0x7A, 0x01, status, 0, 0]) + octets
    code = _CODES.get(maker) or maker_code(maker)
    body = b"\x44" + code.to_bytes(2, "little") + bytes.fromhex("78563412") + bytes([version, kind]) + octets
    return read_telegram(bytes([len(body)]) + body)


def volumes(read: RadioTelegram) -> list[tuple[int, Decimal]]:
    return [
        (row.storage, row.value)
        for row in read.rows
        if row.quantity == "volume" and isinstance(row.value, Decimal)
    ]


def test_apators_impulses_are_three_a_litre() -> None:
    # 457.579333 m3, as a display showed with these four octets.
    read = telegram("APT", 0x0F, 0x0F, "a0 42f21400 00400300 00000005 ff0472bf1400")
    ((_, value),) = volumes(read)
    assert round(value, 6) == Decimal("457.579333")


def test_apators_big_meters_count_cubic_metres() -> None:
    read = telegram("APT", 0x04, 0x11, "a0 21540000 00084003 00000000 05ff05d83d0000")
    assert volumes(read) == [(0, Decimal(7179))]
    assert read.meter.medium == "water"
    with pytest.raises(DecodeError, match="index of 4 bytes, got 2"):
        telegram("APT", 0x04, 0x11, "a0 2154")


def test_apators_registers() -> None:
    # github.com/wmbusmeters/wmbusmeters issue 374: a telegram of an AT-WMBUS-16-2.
    own = "0f 2c3b7a950f0208 40cddcd0f1f4f3 415559 429d214c00 f001010000 100d000000 ffffff"
    assert volumes(telegram("APA", 0x05, 0x07, "2f2f" + own)) == [(0, Decimal("0.013"))]
    assert volumes(telegram("APA", 0x05, 0x07, "2f2f 0f 2c3b7a950f0208 99 0000")) == []


def test_apators_layer_names_the_maker_whose_address_encrypts() -> None:
    own = bytes.fromhex("2f2f 0f 508f9996100000 84 00000000000000000000 10 46000000 ffffffffff")
    sender = bytes.fromhex("0106 78563412 0507")
    closed = aes.close_cbc(bytes(16), sender + b"\x50" * 8, own.ljust(32, b"\x2f"))
    body = bytes.fromhex("44 1486 78563412 0507 b60affff f5450106f41bb076 7a50002005") + closed
    read = read_telegram(bytes([len(body)]) + body, bytes(16))
    assert (read.meter.maker, volumes(read)) == ("APA", [(0, Decimal("0.070"))])


def test_bfw_packs_eighteen_months() -> None:
    content = "2f2f 9e1f 03c1 0388 152a" + "00" * 12 + "000002 040004 04000e e2020a c1321d" + "280221"
    read = telegram("BFW", 0x02, 0x08, content)
    units = {row.storage: row.value for row in read.rows if row.quantity == "heat_cost_units"}
    assert [units[storage] for storage in range(8)] == [904, 961, 541, 961, 522, 226, 14, 4]
    assert Moment(year=2021, month=2, day=28) in [row.value for row in read.rows]
    with pytest.raises(DecodeError, match="40 bytes of a BFW"):
        telegram("BFW", 0x02, 0x08, "2f2f 9e1f")


def test_zenner_appends_256ths_of_a_litre() -> None:
    read = telegram("ZRI", 0x0B, 0x16, "2f2f 0f 80bf1b00 80bf1b00 00a64200 00")
    assert volumes(read) == [(0, Decimal("17.062")), (1, Decimal("7.1035"))]
    assert tuple(read.states) == ("status_1bbf80",)


def test_gwf_appends_its_battery() -> None:
    read = telegram("GWF", 0x3C, 0x07, "2f2f 0413 3e000000 0f 0120e3")
    left = next(row for row in read.rows if row.quantity == "battery_left")
    assert (left.value, left.unit, tuple(read.states)) == (Decimal(14), "year", ("battery_low",))


def test_hydroclima_appends_temperatures() -> None:
    own = "10 0043 106a7d2c 4a07 8f12 202cb124 2a06 d306 2100 210000"
    read = telegram("BMP", 0x53, 0x08, "2f2f 036e 000000 0f" + own)
    warm = [(row.quantity, row.value, row.function) for row in read.rows if row.unit == "Cel"]
    assert warm[0] == ("room_temperature", Decimal("18.66"), Function.INSTANTANEOUS)
    assert warm[1] == ("room_temperature", Decimal("47.51"), Function.MAXIMUM)
    assert tuple(read.states) == ("error_flags_4300",)


def test_qundis_packs_a_year_for_those_who_pass_by() -> None:
    own = "00824e00007f0007c113ffff 63961300 df2c 82731200 fe24 63811300" + "a400" * 11 + "0080" + "2f"
    read = telegram("QDS", 0x18, 0x06, "0dff5f35" + own + "046d0211f225")
    found = volumes(read)
    assert found[:3] == [(0, Decimal("139.663")), (1, Decimal("127.382")), (17, Decimal("138.163"))]
    assert found[-1] == (29, Decimal("-32.768"))


def test_axiomas_battery_is_in_percent() -> None:
    read = telegram("AXI", 0x10, 0x07, "2f2f 01fd74 62")
    assert [(row.quantity, row.value) for row in read.rows] == [("battery_percent", Decimal(98))]


@pytest.mark.parametrize(
    ("maker", "version", "kind", "content", "status", "words"),
    [
        ("LAS", 0x07, 0x1D, "2f2f 02fd1b 1100", 0, {"closed"}),
        ("LAS", 0x07, 0x1D, "2f2f 02fd1b 5500", 0, {"open"}),
        ("LAS", 0x14, 0x00, "2f2f 0efd3a 114700000000", 0x44, {"power_low", "sabotage_enclosure"}),
        ("LAS", 0x03, 0x1A, "2f2f 02fd971d 0400", 0, {"smoke"}),
        ("KDN", 0x01, 0x07, "2f2f 0413 01000000", 0x63, {"alarm", "leak_flow_low", "leak_flow_high"}),
        ("GSS", 0x01, 0x02, "2f2f 04fd17 02000101", 0, {"three_phase_meter", "rtc_error"}),
        ("APA", 0x01, 0x16, "2f2f 03fd17 080801", 0, {"no_flow", "no_flow_this_month", "tamper_previous_month"}),
        ("KAM", 0x34, 0x04, "04ff22 60000100", 0, {
            "sensor_t1_below_measuring_range",
            "sensor_t2_below_measuring_range",
            "v1_communication_error",
        }),
    ],
)  # fmt: skip
def test_states_in_words(
    maker: str, version: int, kind: int, content: str, status: int, words: set[str]
) -> None:
    assert set(telegram(maker, version, kind, content, status).states) == words


def test_kamstrups_volume_times_temperature() -> None:
    read = telegram("KAM", 0x34, 0x04, "04ff07 2b010000 04ff08 9c000000")
    assert [(row.quantity, row.unit, row.value) for row in read.rows] == [
        ("volume_temperature", "m3.Cel", Decimal(299)),
        ("volume_temperature", "m3.Cel", Decimal(156)),
    ]


def test_the_fixed_structures_lowest_bits_are_no_state() -> None:
    answer = long_frame(8, 5, 0x73, bytes.fromhex("78563412 0a 07 05 69 0f000000 10000000"))
    assert tuple(explain_wired(read_wired(answer)).states) == ("power_low",)


def test_izar_radios_hide_records_too() -> None:
    # github.com/zibous/ha-watermeter issue 35: 307.621 m3, and 307.070 m3 at the end of 2023.
    read = read_telegram(bytes.fromhex("1e4424238b06266408497a880010d264831c4d6c4ccd7ebe27703c53b20068"))
    assert (read.meter.id, read.meter.medium) == ("49086426", "warm_water")
    assert volumes(read) == [(0, Decimal("307.621")), (1, Decimal("307.070"))]
    with pytest.raises(DecodeError, match="begin with a volume"):
        read_telegram(bytes.fromhex("1e4424238b06266408497a880010d264f31c4d6c4ccd7ebe27703c53b20068"))
