"""Layers, compact frames, states and manufacturers' own layouts say what published telegrams say."""

from decimal import Decimal

import pytest

from device_profiles import DecodeError
from device_profiles.protocols.mbus import Record
from device_profiles.protocols.wmbus import RadioTelegram, crc16, read_telegram
from device_profiles.protocols.wmbus.compact import FORMATS
from tests.device_profiles.protocols.wmbus import made


def read(octets: str, key: bytes | None = None) -> RadioTelegram:
    return read_telegram(bytes.fromhex(octets), key)


def values(telegram: RadioTelegram, quantity: str) -> list[tuple[int, str]]:
    return [(row.storage, str(row.value)) for row in telegram.rows if row.quantity == quantity]


def test_a_long_header_says_whose_values_they_are() -> None:
    meter = bytes.fromhex("44332211 2d2c 1b 16 2a 04 0000")
    telegram = read_telegram(made.bare(b"\x72" + meter + made.RECORDS))
    assert (telegram.sender.id, telegram.meter.id, telegram.meter.medium) == (
        "12345678",
        "11223344",
        "cold_water",
    )
    assert tuple(telegram.states) == ("power_low",)


def test_an_extended_link_layer_without_secrets() -> None:
    telegram = read_telegram(made.bare(bytes.fromhex("8c202a 78") + made.RECORDS))
    assert values(telegram, "volume") == [(0, "28504.27")]


def test_an_extended_link_layer_with_another_address() -> None:
    telegram = read_telegram(made.session(ci=0x8F), made.KEY)
    assert values(telegram, "volume") == [(0, "28504.27")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("8c20", "extended link layer"),
        ("8c202a", "extended link layer"),
        ("900f", "authentication layer"),
        ("90020024 78", "authentication layer of"),
        ("9003002401 78", "authentication layer of|known kind"),
        ("90020040 78", "a fragment of one"),
        ("90020200 78", "a fragment of one"),
        ("7a2a00", "header of 4 bytes"),
        ("72", "header of 12 bytes"),
        ("55", "CI field that is known"),
        ("79 0102", "compact frame of at least 4"),
        ("79 01020304", "format is known here, got 0201"),
        ("8c202a" * 5 + "78", "behind the link layers"),
    ],
)
def test_a_broken_layer_is_refused(content: str, words: str) -> None:
    with pytest.raises(DecodeError, match=words):
        read_telegram(made.bare(bytes.fromhex(content)))


def compact(heads: str, content: str, whole: str) -> bytes:
    name = crc16(bytes.fromhex(heads)).to_bytes(2, "little")
    check = crc16(bytes.fromhex(whole)).to_bytes(2, "little")
    return made.bare(b"\x79" + name + check + bytes.fromhex(content))


def test_a_compact_frame_is_read_with_the_heads_that_its_checksum_names() -> None:
    telegram = read_telegram(
        compact("02ff2004134413", "0000 e8030000 e7030000", "02ff200000 0413e8030000 4413e7030000")
    )
    assert values(telegram, "volume") == [(0, "1.000"), (1, "0.999")]
    assert all(crc16(heads) == name for name, heads in FORMATS.items())


def test_a_compact_frame_whose_values_are_spoilt_is_refused() -> None:
    with pytest.raises(DecodeError, match="wrong checksum"):
        read_telegram(compact("02ff2004134413", "0000 e8030000 e7030000", "02ff200000"))


def test_a_refusal_of_the_meter_is_told() -> None:
    assert read_telegram(made.bare(bytes.fromhex("6e2a00000008"))).error == "application too busy to answer"


def test_prios() -> None:
    telegram = read("1944a511780727324120a2211a00136d7417074c0dcb9661a3ab")
    assert (telegram.meter.id, telegram.meter.medium, tuple(telegram.states)) == ("20413227", "water", ())
    assert values(telegram, "volume") == [(0, "175.854"), (1, "172.125")]
    assert values(telegram, "date") == [(1, "2022-04-01")]
    assert values(telegram, "battery_left") == [(0, "13")]


def test_prios_that_no_key_opens_is_refused() -> None:
    with pytest.raises(DecodeError, match="common keys"):
        read("1944a511780727324120a2211a00136e7417074c0dcb9661a3ab")
    with pytest.raises(DecodeError, match="at least 10 bytes"):
        read("0e44a511780727324120a2211a0013")


@pytest.mark.parametrize(
    ("octets", "quantity", "expected"),
    [
        (
            "33446850942905119480a20f9f257500902d0000018e0a760a" + "00" * 27,
            "heat_cost_units",
            [(1, "117"), (0, "0")],
        ),
        (
            "31446850226677116980a0119f27020480048300c408f709" + "00" * 26,
            "date",
            [(1, "2019-12-31"), (0, "2020-02-08")],
        ),
        ("31446850226677116980a0119f27020480048300c408f709" + "00" * 26, "room_temperature", [(0, "22.44")]),
        (
            "2f446850567325307472a2069f25f304902d750000000000000000010c1312120e1211100f0e0e0f1111121214171312",
            "volume",
            [(0, "138.4"), (1, "126.7"), (0, "11.7")],
        ),
        (
            "36446850626262624543a1009f2777010060780000000a" + "00" * 32,
            "energy",
            [(0, "4.95E+5"), (1, "3.75E+5"), (0, "1.20E+5")],
        ),
    ],
)
def test_techem(octets: str, quantity: str, expected: list[tuple[int, str]]) -> None:
    # Telegrams and values as in the tests of the npm package wireless-mbus-parser.
    assert values(read(octets), quantity) == expected


def test_techem_devices_are_of_the_standards_kinds() -> None:
    assert (
        read("31446850226677116980a0119f27020480048300c408f709" + "00" * 26).meter.medium
        == "heat_cost_allocator"
    )


def rows(telegram: RadioTelegram, quantity: str) -> list[Record]:
    return [row for row in telegram.rows if row.quantity == quantity]


def test_kamstrups_states_and_how_long_they_lasted() -> None:
    sender = bytes.fromhex("2d2c 99873476 1b16")
    body = b"\x44" + sender + b"\x78" + bytes.fromhex("02ff20 7100 0413 08190000")
    telegram = read_telegram(bytes([len(body)]) + body)
    assert tuple(telegram.states) == ("dry",)
    (lasted,) = rows(telegram, "time_dry")
    assert lasted.value == "22-31 days"
    (volume,) = rows(telegram, "volume")
    assert volume.value == Decimal("6.408")
