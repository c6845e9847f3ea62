"""What a device said about its bay is gathered from all rows of a reading."""

from edge_agent.rules.spoken import gather
from wire import DeviceId, Observation, PropertyName, Stream, Value

DEVICE = DeviceId("70b3d57ed0000001")


def row(name: str, value: Value, device: DeviceId = DEVICE) -> tuple[Stream, Observation]:
    return Stream.TELEMETRY, Observation(device=device, property=PropertyName(name), value=value, at_ms=7)


def test_word_field_and_temperature_are_one_reading() -> None:
    rows = [row("device.temperature", 21), row("parking.occupied", 1), row("device.battery_v", 3.6)]
    rows += [row(f"magnetic.raw_{axis}", number) for number, axis in enumerate("xyz")]
    reading = gather(rows)[DEVICE].reading(5)
    assert (reading.at_ms, reading.occupied, reading.temperature_c) == (5, True, 21.0)
    assert reading.field == (0.0, 1.0, 2.0)


def test_tesla_become_counts() -> None:
    reading = gather([row(f"magnetic.{axis}", 1e-6) for axis in "xyz"])[DEVICE].reading(5)
    assert reading.field is not None
    assert [round(axis, 6) for axis in reading.field] == [10.9, 10.9, 10.9]


def test_two_axes_are_no_field() -> None:
    reading = gather([row("magnetic.raw_x", 1), row("magnetic.raw_y", 2)])[DEVICE].reading(5)
    assert reading.field is None


def test_devices_are_kept_apart_and_others_left_out() -> None:
    other = DeviceId("b")
    found = gather(
        [
            row("parking.occupied", 0),
            row("device.started", "power on", other),
            row("water.index", 3.0, DeviceId("c")),
        ]
    )
    assert set(found) == {DEVICE, other}
    assert found[other].reading(5).started
    assert found[DEVICE].reading(5).occupied is False
