"""A meter's records become the properties of its kind, each once, in the catalogue's unit."""

import pytest

from device_profiles.protocols.mbus import meter_facts, read_records
from device_profiles.protocols.wmbus import STATUS_WORDS
from wire import CATALOGUE, PropertyName


def facts(medium: str, octets: str, *states: str) -> dict[str, float | int | str]:
    found = list(meter_facts(medium, read_records(bytes.fromhex(octets)).rows, states))
    assert len(dict(found)) == len(found)
    assert all(PropertyName(name) in CATALOGUE for name, _ in found)
    return dict(found)


@pytest.mark.parametrize(
    ("medium", "octets", "name", "value"),
    [
        ("cold_water", "0413 e8030000", "water.index", 1),
        ("water", "04933c e9030000", "water.index_reverse", 1.001),
        ("water", "4413 e8030000", "water.index_settled", 1),
        ("water", "023b 100e", "water.flow", 0.001),
        ("water", "0269 e803", "water.pressure", 1_000_000),
        ("gas", "0413 e8030000", "gas.index", 1),
        ("heat", "0406 05000000", "heat.index", 5),
        ("heat", "040f 24000000", "heat.index", 100),
        ("heat", "4406 05000000", "heat.index_settled", 5),
        ("heat_cooling", "04863c 05000000", "heat.cold_index", 5),
        ("cooling", "0406 05000000", "heat.cold_index", 5),
        ("heat", "042b 05000000", "heat.power", 5),
        ("heat", "0259 f401", "heat.supply_temperature", 5),
        ("heat", "0222 0100", "heat.hours", 3600),
        ("electricity", "0403 05000000", "electricity.index", 0.005),
        ("electricity", "841003 05000000", "electricity.index_1", 0.005),
        ("electricity", "04833c 05000000", "electricity.index_export", 0.005),
        ("electricity", "02fdc8fc02 9808", "electricity.voltage_b", 220),
        ("electricity", "02fd48 9808", "electricity.voltage_a", 220),
        ("heat_cost_allocator", "026e 0500", "heat.allocation", 5),
        ("room_sensor", "0265 f401", "air.temperature", 5),
        ("room_sensor", "02fb1a f401", "air.humidity", 50),
        ("water", "02fd47 6801", "device.battery_v", 3.6),
        ("other", "02fd3a 0500", "meter.pulses", 5),
        ("water", "046d 32371f15", "meter.clock", "2008-05-31T23:50"),
    ],
)
def test_a_record_is_a_property(medium: str, octets: str, name: str, value: float | str) -> None:
    assert facts(medium, octets)[name] == (value if isinstance(value, str) else pytest.approx(value))


@pytest.mark.parametrize(
    "octets",
    [
        "1413 e8030000",
        "841013 e8030000",
        "844013 e8030000",
        "840113 e8030000",
        "049328 e8030000",
        "0c13 aaaaaaaa",
        "046d b2371f15",
        "046d 00000000",
    ],
)
def test_what_is_something_else_is_left_out(octets: str) -> None:
    assert facts("water", octets) == {}


def test_the_first_of_two_is_taken() -> None:
    assert facts("water", "0413 e8030000 0413 00000000")["water.index"] == 1


def test_faults_and_states() -> None:
    assert facts("water", "02fd17 0000") == {"meter.fault": 0}
    assert dict(meter_facts("water", (), (), STATUS_WORDS)) == {"meter.fault": 0, "device.battery_low": 0}
    assert facts("water", "02fd17 0100")["meter.fault"] == 1
    assert facts("water", "", "power_low") == {"device.battery_low": 1}
    told = facts("water", "", "leak", "back_flow", "tamper", "previous_leakage")
    assert (told["water.leak_suspected"], told["water.backflow"], told["device.tamper"]) == (1, 1, 1)
    assert "meter.fault" not in told
    assert facts("water", "", "permanent_error")["meter.fault"] == 1
    assert facts("water", "", "previous_leakage") == {}


def test_what_a_meter_could_say_and_does_not_is_not_so() -> None:
    rows = read_records(b"").rows
    told = dict(meter_facts("water", rows, ["leak"], ["dry", "reversed", "leak", "burst"]))
    assert (told["water.leak_suspected"], told["water.dry"], told["water.backflow"], told["water.burst"]) == (
        1,
        0,
        0,
        0,
    )
