"""Fresh rows are laid out with the numbers, ids and values that they came with."""

from hypothesis import given
from hypothesis import strategies as st

from cloud_ingest.ingest.judge import Fresh
from cloud_ingest.ingest.lay_out import Ids, fit_trusts, lay_out, split_values
from tests.cloud_ingest.gateways import batch
from wire import Value

IDS = Ids(
    gateway={"gw-1": 4}, device={f"gw-1/bay-{n}": 10 + n for n in range(3)}, property={"parking.occupied": 2}
)


def test_skipped_rows_are_left_out_and_the_rest_keeps_its_numbers() -> None:
    sheet = lay_out(Fresh(batch=batch(first=100, count=5), skip=2), IDS)
    assert (sheet.gateway, sheet.stream, sheet.epoch) == (4, 1, 7)
    assert list(sheet.seq) == [102, 103, 104]
    assert sheet.number == [102.0, 103.0, 104.0]
    assert list(sheet.device) == [10 + seq % 3 for seq in sheet.seq]
    assert list(sheet.property) == [2, 2, 2]


@given(values=st.lists(st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(max_size=5)))
def test_each_value_is_a_finite_number_or_a_text_that_postgresql_can_hold(values: list[Value]) -> None:
    numbers, texts = split_values(values)
    for value, number, text in zip(values, numbers, texts, strict=True):
        assert (number is None) != (text is None)
        if number is not None:
            assert number == float(value)
            assert abs(number) <= 1e30
        else:
            assert text == str(value).replace("\0", "\N{REPLACEMENT CHARACTER}")


def test_a_number_beyond_all_measure_is_kept_as_text() -> None:
    assert split_values([1e308, 2, -1e300]) == ([None, 2.0, None], ["1e+308", None, "-1e+300"])


def test_a_trust_of_a_newer_gateway_counts_as_the_devices_word() -> None:
    assert list(fit_trusts([0, 1, 2, 3])) == [0, 1, 2, 3]
    assert list(fit_trusts([0, 4, 70_000, -1])) == [0, 1, 1, 1]
