"""A contact becomes a pump, a distance a filling level, as the site says; what cannot be is refused at the start."""

import pytest

from chassis import ConfigError
from edge_agent.pipeline import Meaning, Registry, checked
from edge_agent.pipeline.meaning import meant
from edge_agent.pipeline.understand import understand
from tests.edge_agent.pipeline.test_understand import DEVICE, heard, profile
from wire import DeviceId, Observation, PropertyName, Stream, Value


def _row(name: str, value: Value, device: str = DEVICE) -> Observation:
    return Observation(device=DeviceId(device), property=PropertyName(name), value=value, at_ms=5)


@pytest.mark.parametrize(
    ("meaning", "value", "expected"),
    [
        (Meaning(property="input.on", becomes="pump.running"), 1, 1),
        (Meaning(property="input.on", becomes="pump.fault", invert=True), 1, 0),
        (Meaning(property="input.on", becomes="water.leak", invert=True), 0, 1),
        (Meaning(property="meter.pulses", becomes="water.index", scale=0.01), 250, 2.5),
        (Meaning(property="distance", becomes="waste.full", below=0.2), 0.1, 1),
        (Meaning(property="distance", becomes="waste.full", below=0.2), 0.2, 0),
        (Meaning(property="input.value", becomes="water.leak", above=30), 31, 1),
        (Meaning(property="input.value", becomes="water.leak", above=30), 30, 0),
        (Meaning(property="distance", becomes="waste.fill_level", line=((1.2, 0), (0.2, 100))), 0.7, 50.0),
        (Meaning(property="distance", becomes="waste.fill_level", line=((1.2, 0), (0.2, 100))), 3.0, 0.0),
        (Meaning(property="distance", becomes="waste.fill_level", line=((1.2, 0), (0.2, 100))), 0.0, 100.0),
    ],
)
def test_what_becomes_of_a_value(meaning: Meaning, value: Value, expected: Value) -> None:
    (row,) = checked([meaning], "here")
    said = _row(meaning.property, value)
    assert meant([said], DEVICE, [row])[0] == said
    assert meant([said], DEVICE, [row])[1].property == meaning.becomes
    assert meant([said], DEVICE, [row])[1].value == pytest.approx(expected)


def test_a_part_is_not_the_device() -> None:
    meaning = Meaning(property="input.on", becomes="pump.running", part="di1")
    other = [_row("input.on", 1), _row("input.on", 1, f"{DEVICE}/di2"), _row("door.open", 1, f"{DEVICE}/di1")]
    assert meant(other, DEVICE, [meaning]) == other
    told = meant([_row("input.on", 1, f"{DEVICE}/di1")], DEVICE, [meaning])
    assert [(row.device, row.property) for row in told] == [
        (f"{DEVICE}/di1", "input.on"),
        (f"{DEVICE}/di1", "pump.running"),
    ]


def test_what_it_becomes_goes_on_its_own_stream() -> None:
    registry = Registry(
        profiles={"contact": profile("contact", ("input.on", 1))},
        devices={},
        meanings={DEVICE: (Meaning(property="input.on", becomes="water.leak"),)},
    )
    rows = understand(heard(route="contact"), registry).rows
    assert [(stream, row.property) for stream, row in rows] == [
        (Stream.TELEMETRY, "input.on"),
        (Stream.ALARM, "water.leak"),
    ]


@pytest.mark.parametrize(
    ("meaning", "words"),
    [
        (
            Meaning(property="input.onn", becomes="pump.running"),
            "key 'property': expected a truth or a number",
        ),
        (Meaning(property="input.on", becomes="meter.valve"), "key 'becomes': expected a truth or a number"),
        (
            Meaning(property="distance", becomes="water.leak"),
            "key 'becomes': expected a number, got water.leak",
        ),
        (Meaning(property="distance", becomes="water.level", above=1), "key 'becomes': expected a truth"),
        (
            Meaning(property="distance", becomes="water.leak", above=1, below=0),
            "key 'below': expected above or below",
        ),
        (Meaning(property="distance", becomes="water.level", invert=True), "key 'invert': expected a truth"),
        (
            Meaning(property="distance", becomes="water.level", line=((1, 0), (1, 9))),
            "key 'line': expected two",
        ),
        (Meaning(property="distance", becomes="water.level", line=((1, 0), (2, 9)), scale=2), "key 'line'"),
    ],
)
def test_what_cannot_be_is_refused(meaning: Meaning, words: str) -> None:
    with pytest.raises(ConfigError, match=rf"here, table \[means\[1\]\]: {words}"):
        checked([Meaning(property="input.on", becomes="pump.running"), meaning], "here")
