"""What is wrong with the table of a line is told with table and key, before anything is opened."""

import pytest

from chassis import ConfigError, parse_config
from device_profiles import load_shelf
from edge_agent.sources import SourcesSettings, build_sources
from edge_agent.sources.bus import BusSource
from tests.edge_agent.sources.listening import clock

SHELF = load_shelf()
LINE = '[[bus]]\nname = "a"\nport = "/dev/ttyUSB0"\n'
DEVICE = '[[bus.devices]]\nid = "q1"\nprofile = "meter_eastron_sdm120"\naddress = "1"\n'
OTHER = DEVICE.replace("q1", "q2").replace('"1"', '"2"')


def built(text: str) -> list[BusSource]:
    sources = build_sources(parse_config(text, SourcesSettings, name="agent.toml"), SHELF, clock)
    return [source for source in sources if isinstance(source, BusSource)]


def test_a_line_is_a_source_with_its_name() -> None:
    second = LINE.replace('"a"', '"b"').replace("USB0", "USB1")
    sources = built(LINE + DEVICE + OTHER + second + DEVICE.replace("q1", "q3"))
    assert [source.name for source in sources] == ["a", "b"]
    assert [one.device for one in sources[0].devices] == ["q1", "q2"]
    assert sources[0].counts()["devices"] == 2


def test_what_a_device_says_goes_before_what_the_line_says() -> None:
    (source,) = built(LINE + "every_s = 300\n" + DEVICE + "every_s = 15\ntimeout_s = 0.2\n" + OTHER)
    assert [(one.place.every_s, one.place.timeout_s) for one in source.devices] == [(15, 0.2), (300, 1.0)]


@pytest.mark.parametrize(
    "port", ["socket://192.0.2.1:8899", "rfc2217://host:7000", "modbus-tcp://[2001:db8::1]:502", "/dev/ttyS1"]
)
def test_a_port_may_be_far_away(port: str) -> None:
    assert len(built(LINE.replace("/dev/ttyUSB0", port) + DEVICE)) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (LINE, r"table \[sources.bus\[0\]\]: key 'devices': expected at least one"),
        (
            LINE + "bauds = 9600\n" + DEVICE,
            r"table \[bus\[0\]\]|table \[bus\[\.\.\.\]\]: unknown key 'bauds'",
        ),
        (LINE + 'parity = "mark"\n' + DEVICE, r"key 'parity'.*expected one of none, even, odd"),
        (LINE + "baud = 10\n" + DEVICE, r"key 'baud'"),
        (LINE + "every_s = 0\n" + DEVICE, r"key 'every_s'"),
        (LINE + DEVICE + "timeout_s = 0\n", r"key 'timeout_s'"),
        (
            LINE.replace("/dev/ttyUSB0", "tcp://a:1") + DEVICE,
            r"key 'port': expected a serial port .* 'tcp://a:1'",
        ),
        (LINE.replace("/dev/ttyUSB0", "socket://a") + DEVICE, r"key 'port'"),
        (LINE.replace("/dev/ttyUSB0", "socket://a:99999") + DEVICE, r"key 'port'"),
        (
            LINE + DEVICE.replace("sdm120", "sdm121"),
            r"table \[sources.bus\[0\].devices\[0\]\]: key 'profile': expected a known device profile.*sdm120",
        ),
        (
            LINE + DEVICE.replace("meter_eastron_sdm120", "parking_bosch_tps110"),
            r"devices\[0\]\]: key 'profile': expected a profile of a device that can be asked.*known: .*sdm120",
        ),
        (
            LINE + DEVICE + OTHER.replace('"2"', '"300"'),
            r"devices\[1\]\]: key 'address': expected a Modbus address .* got '300'",
        ),
        (
            LINE + DEVICE + OTHER.replace('"2"', '"1"'),
            r"devices\[1\]\]: expected .* of its own.*'q1' is asked",
        ),
        (
            LINE + DEVICE + OTHER.replace("q2", "q1"),
            r"devices\[1\]\]: expected a device and an address of its own",
        ),
        (LINE + DEVICE + "every_s = 100_000\n", r"devices\[0\]\]: key 'every_s': expected at most 90000"),
        (
            LINE + DEVICE + LINE.replace('"a"', '"b"') + OTHER,
            r"table \[sources.bus\[1\]\]: key 'port': .* again",
        ),
        (
            LINE + DEVICE + LINE.replace('"a"', '"b"').replace("USB0", "USB1") + DEVICE,
            r"table \[sources.bus\[1\]\]: expected each device on one line, got 'q1' on 'a' too",
        ),
        (
            LINE.replace("/dev/ttyUSB0", "modbus-tcp://h:502")
            + DEVICE.replace("meter_eastron_sdm120", "meter_dlt645_2007").replace('"1"', '"1"'),
            r"key 'address': expected a profile of Modbus registers for Modbus/TCP",
        ),
    ],
)
def test_a_mistake_is_told_with_table_and_key(text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        built(text)
