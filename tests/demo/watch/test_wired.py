"""The count of the meters finds what was heard and is not there, what is there twice, and what nobody said."""

from collections.abc import Mapping

from demo.estate.wired import Line, Meter, Riser, Sdm120Meters
from demo.watch import Wired, WiredHeld, tally_wired
from wire import DeviceId

TONGUE = Sdm120Meters()
ONE, TWO = DeviceId("one"), DeviceId("two")


def line() -> Line:
    made = Line(Riser(name="a", tongue=TONGUE), [Meter(ONE, "1", 1), Meter(TWO, "2", 2)])
    for meter in made.meters:
        meter.said = {10, 20}
    made.answered = 4
    return made


def counted(heard: int, indices: Mapping[DeviceId, list[float]], *, again: int = 0) -> Wired:
    answers = frozenset((device, at_ms) for device, values in indices.items() for at_ms in range(len(values)))
    held = WiredHeld(answers=answers, indices=indices, again=again)
    return tally_wired([line()], {"a": {"answered": heard, "dead": 1, "timeouts": 3}}, held)


def test_all_that_was_heard_is_there() -> None:
    found = counted(3, {ONE: [TONGUE.value(10), TONGUE.value(20)], TWO: [TONGUE.value(10)]})
    assert found.good
    assert (found.lines, found.meters, found.answered, found.heard, found.committed) == (1, 2, 4, 3, 3)
    assert (found.dead, found.timeouts) == (1, 3)


def test_what_was_heard_and_is_not_there_is_lost() -> None:
    found = counted(4, {ONE: [TONGUE.value(10), TONGUE.value(20)], TWO: [TONGUE.value(10)]})
    assert (found.lost, found.good) == (1, False)


def test_a_row_that_is_there_again_is_a_fault() -> None:
    found = counted(1, {ONE: [TONGUE.value(10)]}, again=1)
    assert (found.duplicated, found.good) == (1, False)


def test_what_no_meter_said_is_invented() -> None:
    assert counted(1, {ONE: [TONGUE.value(11)]}).invented == 1
    assert counted(2, {ONE: [TONGUE.value(10), TONGUE.value(10)]}).invented == 1
    assert counted(0, {ONE: [TONGUE.value(10)]}).invented == 1


def test_nothing_heard_of_meters_is_no_success_and_no_meters_are_no_fault() -> None:
    assert not counted(0, {}).good
    assert tally_wired([], {}, WiredHeld(answers=frozenset(), indices={}, again=0)).good
