"""The simulated car parks obey physics and their seed, and their nodes fail as such nodes are known to fail."""

import random

import pytest
from msgspec.structs import replace

from bench.belief.cars import COUNTS_A_TESLA, Dipole, build_car, field_of, length
from bench.belief.garage import Garage, Heard, Truth
from bench.belief.node import Node
from bench.belief.score import Tally, balanced, belief_rates, scored, unknown_share, word_rates
from bench.belief.sites import HELD_OUT, TUNED, Case, Program, SiteKind
from wire import Sight

SHORT = replace(TUNED[0], days=25)


def test_a_dipole_straight_above_makes_the_field_of_the_textbook() -> None:
    car = (Dipole(at=(0.0, 0.0, 2.0), moment=(0.0, 0.0, 100.0)),)
    x, y, z = field_of(car, 0.0, 0.0)
    assert (x, y) == (0.0, 0.0)
    assert z == pytest.approx(COUNTS_A_TESLA * 2e-7 * 100 / 8)


def test_a_field_falls_with_the_cube_of_the_distance() -> None:
    car = (Dipole(at=(0.0, 0.0, 0.0), moment=(30.0, -20.0, 100.0)),)
    near, far = field_of(car, 1.0, 0.5), field_of(car, 2.0, 1.0)
    assert length(near) == pytest.approx(8 * length(far))


@pytest.mark.parametrize("kind", [*TUNED, *HELD_OUT], ids=lambda kind: kind.name)
def test_neighbours_see_a_tenth_to_a_third_of_a_car(kind: SiteKind) -> None:
    dice = random.Random(5)
    cars = [build_car(dice, kind.moment, kind.remanent) for _ in range(200)]
    here = sorted(length(field_of(car, 0.0, 0.0)) for car in cars)[100]
    beside = sorted(length(field_of(car, kind.pitch_m, 0.0)) for car in cars)[100]
    assert 0.05 < beside / here < 0.33


def test_a_seed_is_a_world() -> None:
    first, again = (list(Garage(SHORT, (Case.HEALTHY, Case.STUCK), 7).play()) for _ in range(2))
    assert first == again
    assert first != list(Garage(SHORT, (Case.HEALTHY, Case.STUCK), 8).play())
    assert sum(isinstance(item, Truth) for item in first) == 25 * 48 - 1
    times = [item.reading.at_ms if isinstance(item, Heard) else item.at_ms for item in first]
    assert times == sorted(times)


def test_a_stuck_node_says_one_word_for_ever_while_its_field_lives() -> None:
    heard = [item.reading for item in Garage(SHORT, (Case.STUCK,), 3).play() if isinstance(item, Heard)]
    late = heard[len(heard) // 2 :]
    assert len({reading.occupied for reading in late}) == 1
    assert len({reading.field for reading in late}) > 10


def test_a_frozen_magnetometer_shows_one_field_for_ever() -> None:
    heard = [item.reading for item in Garage(SHORT, (Case.FROZEN,), 3).play() if isinstance(item, Heard)]
    assert len({reading.field for reading in heard[len(heard) // 2 :]}) == 1


def test_a_threshold_node_takes_drift_for_a_car() -> None:
    node = Node(Program.FIXED, 60.0, 0.0)
    assert [node.measured((float(step), 0.0, 0.0), step) for step in (0, 30, 59, 61)] == [
        False,
        False,
        False,
        True,
    ]


def test_a_node_that_follows_its_baseline_takes_a_long_stay_for_it() -> None:
    node = Node(Program.TRACKING, 60.0, absorbs_h=24)
    assert not node.measured((0.0, 0.0, 0.0), 0)
    assert node.measured((200.0, 0.0, 0.0), 1)
    assert node.measured((200.0, 0.0, 0.0), 20)
    assert not node.measured((200.0, 0.0, 0.0), 26)
    assert node.measured((0.0, 0.0, 0.0), 27)


def test_accuracies_are_counted_by_what_was_there() -> None:
    tally = Tally("site", Case.HEALTHY)
    tally.node.update({(True, True): 90, (True, False): 10, (False, False): 5, (False, True): 5})
    tally.belief.update({(True, Sight.OCCUPIED): 98, (True, Sight.UNKNOWN): 2, (False, Sight.FREE): 10})
    assert balanced([tally], word_rates) == pytest.approx(0.7)
    assert balanced([tally], belief_rates) == 1.0
    assert unknown_share([tally]) == pytest.approx(2 / 110)


def test_the_belief_beats_the_word_of_a_drifting_sensor() -> None:
    tallies = scored(replace(TUNED[0], days=60), (Case.DRIFT, Case.HEALTHY, Case.DRIFT), 5)
    drifting = [tally for tally in tallies if tally.case is Case.DRIFT]
    assert balanced(drifting, belief_rates) > balanced(drifting, word_rates) + 0.15
