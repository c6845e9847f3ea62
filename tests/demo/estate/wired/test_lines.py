"""Meters of the estate hang on lines as the table says."""

from demo.estate.wired import RISERS, build_lines


def test_meters_are_shared_out_and_each_has_its_own_name_and_address() -> None:
    lines = build_lines(200)
    assert [line.name for line in lines] == [riser.name for riser in RISERS]
    assert sum(len(line.meters) for line in lines) == 200
    assert len({meter.device for line in lines for meter in line.meters}) == 200
    for line in lines:
        assert len({meter.address for meter in line.meters}) == len(line.meters)
        assert {number: meter.temper for number, meter in enumerate(line.meters, 1)} == {
            number: line.riser.tempers.get(number, "well") for number in range(1, len(line.meters) + 1)
        }


def test_a_line_without_meters_is_none() -> None:
    assert build_lines(0) == []
    assert [len(line.meters) for line in build_lines(2)] == [1, 1]
