"""The garage is one that could be built: bays beside each other, never in each other, and read back as written."""

from itertools import combinations

import pytest

from chassis import parse_config
from demo.estate import UNDERGROUND, build_garage, site_toml
from wire import Bay, Floor, SitePlan, check_plan

WIDE, DEEP = 1.0, 2.0


def box(bay: Bay) -> tuple[float, float, float, float]:
    assert bay.at is not None
    (x, y), (w, h) = bay.at, (DEEP, WIDE) if bay.turned else (WIDE, DEEP)
    return x, y, x + w, y + h


def overlap(one: Bay, other: Bay) -> bool:
    left, top, right, bottom = box(one)
    left2, top2, right2, bottom2 = box(other)
    return left < right2 - 1e-9 and left2 < right - 1e-9 and top < bottom2 - 1e-9 and top2 < bottom - 1e-9


@pytest.mark.parametrize(("bays", "storeys"), [(300, 3), (12, 2), (1, 1), (7, 3), (400, 4)])
def test_a_garage_has_so_many_bays_and_none_lies_in_another(bays: int, storeys: int) -> None:
    garage = build_garage(bays, storeys)
    floors: tuple[Floor, ...] = garage.plan.lots[0].floors
    assert len(floors) == storeys
    assert sum(len(floor.bays) for floor in floors) == bays == len(garage.sensors)
    for floor in floors:
        assert not [pair for pair in combinations(floor.bays, 2) if overlap(*pair)]


def test_the_shipped_garage_has_three_levels_of_a_hundred_one_of_them_underground() -> None:
    floors = build_garage().plan.lots[0].floors
    assert [len(floor.bays) for floor in floors] == [100, 100, 100]
    assert floors[0].id == UNDERGROUND


def test_each_sensor_watches_the_bay_that_the_plan_gives_it() -> None:
    garage = build_garage()
    planned = {bay.device: (floor.id, bay.id) for floor in garage.plan.lots[0].floors for bay in floor.bays}
    assert {sensor.device: (sensor.floor, sensor.bay) for sensor in garage.sensors} == planned


def test_the_site_file_reads_back_as_the_plan() -> None:
    plan = build_garage(30, 2).plan
    assert check_plan(parse_config(site_toml(plan), SitePlan, name="site.toml")) == plan
