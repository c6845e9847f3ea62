"""What the estate's other devices send is what their profiles read, and each frame is counted by one row."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.estate import NEURONS, Pace
from demo.estate.chirpstack import up_event, up_topic
from demo.estate.neuron_life import Saying, moods
from demo.estate.neurons import Make, Mood, Neuron
from device_profiles import Envelope, load_shelf, open_envelope
from wire import TimeTrust

NOW_MS = 1_767_225_600_000
SHELF = load_shelf()
MOODS = st.builds(Mood, alarmed=st.booleans(), level=st.floats(0, 1), count=st.integers(0, 200_000))


def _heard(saying: Saying) -> dict[str, float | int | str]:
    opened = open_envelope(
        Envelope.CHIRPSTACK_V4, up_topic(saying), up_event(saying, saying.frame), NOW_MS, TimeTrust.SYNCED
    )
    assert opened.hint == saying.neuron.make
    rows = SHELF.profile(saying.neuron.make).decode(opened.reading)
    own = [row for row in rows if row.device == saying.device]
    assert len({row.property for row in own}) == len(own)
    assert {row.at_ms for row in rows} == {saying.at_ms}
    return {row.property: row.value for row in own}


@pytest.mark.parametrize("neuron", NEURONS, ids=lambda neuron: neuron.make)
@given(mood=MOODS)
def test_a_frame_is_understood_and_counted_once(neuron: Neuron, mood: Mood) -> None:
    said = _heard(Saying(neuron=neuron, mood=mood, number=3, at_ms=NOW_MS))
    assert neuron.counted in said
    others = {other.counted for other in NEURONS} - {neuron.counted} | {"parking.occupied"}
    assert not others & said.keys(), "a row that would count for another"


@pytest.mark.parametrize(
    ("make", "alarm"),
    [
        (Make.SMOKE, "fire.smoke"),
        (Make.GAS, "gas.alarm"),
        (Make.LEAK, "water.leak"),
        (Make.CALL, "care.sos"),
        (Make.MANHOLE, "manhole.open"),
        (Make.DOOR, "door.open"),
    ],
)
@pytest.mark.parametrize("alarmed", [True, False])
def test_what_is_the_matter_is_heard(make: Make, alarm: str, *, alarmed: bool) -> None:
    neuron = next(one for one in NEURONS if one.make is make)
    mood = Mood(alarmed=alarmed, level=0.5, count=7)
    assert _heard(Saying(neuron=neuron, mood=mood, number=0, at_ms=NOW_MS))[alarm] == alarmed


def test_a_seed_decides_a_life() -> None:
    first = list(islice(moods(NEURONS[0], Pace(), 1), 30))
    assert first == list(islice(moods(NEURONS[0], Pace(), 1), 30))
    assert first != list(islice(moods(NEURONS[0], Pace(), 2), 30))
    times = [at_s for at_s, _, _ in first]
    assert times == sorted(times)
    assert {mood.alarmed for _, _, mood in islice(moods(NEURONS[0], Pace(), 1), 200)} == {True, False}


def test_they_are_a_dozen_and_each_is_its_own() -> None:
    assert len(NEURONS) >= 12
    assert (
        len({neuron.device for neuron in NEURONS}) == len({neuron.make for neuron in NEURONS}) == len(NEURONS)
    )
    assert {neuron.make for neuron in NEURONS} == set(Make)
