"""The estate lives as garages do: fuller by night, alike for the same seed, every sensor heard regularly."""

from collections import defaultdict
from itertools import islice, pairwise, takewhile

import pytest

from demo.estate import Moment, Pace, build_garage
from demo.estate.habits import likely_occupied, live

SENSORS = build_garage(60, 3).sensors
PACE = Pace(day_s=200.0, dwell_s=10.0, heartbeat_s=8.0)


def lived(seed: int, until_s: float) -> list[Moment]:
    return list(takewhile(lambda moment: moment.at_s < until_s, live(SENSORS, PACE, seed)))


def test_the_same_seed_gives_the_same_life_and_another_seed_another() -> None:
    assert list(islice(live(SENSORS, PACE, 7), 500)) == list(islice(live(SENSORS, PACE, 7), 500))
    assert list(islice(live(SENSORS, PACE, 7), 500)) != list(islice(live(SENSORS, PACE, 8), 500))


def test_moments_come_in_the_order_of_time() -> None:
    moments = lived(1, 60.0)
    assert all(one.at_s <= other.at_s for one, other in pairwise(moments))


def test_every_sensor_speaks_within_its_heartbeat_and_changes_are_changes() -> None:
    spoken: dict[str, list[Moment]] = defaultdict(list)
    for moment in lived(3, 120.0):
        spoken[moment.sensor.device].append(moment)
    assert len(spoken) == len(SENSORS)
    for moments in spoken.values():
        assert moments[0].at_s <= PACE.greet_s
        assert moments[0].changed
        for before, after in pairwise(moments):
            assert after.at_s - before.at_s <= 1.1 * PACE.heartbeat_s
            assert after.changed is (after.occupied is not before.occupied)


def test_two_changes_of_a_bay_are_never_closer_than_a_car_can_be() -> None:
    last: dict[str, float] = {}
    for moment in lived(5, 120.0):
        if moment.changed:
            before = last.get(moment.sensor.device, -PACE.least_s)
            assert moment.at_s - before >= PACE.least_s
            last[moment.sensor.device] = moment.at_s


def test_the_garage_is_full_at_night_and_empty_at_noon() -> None:
    assert likely_occupied(1.5) > 0.9
    assert likely_occupied(13.5) < 0.4
    assert likely_occupied(0.0) == pytest.approx(likely_occupied(24.0))
