"""A board counts what is known and never counts the unknown as free."""

from hypothesis import given
from hypothesis import strategies as st

from wire import Bay, BayId, Floor, Lot, PlaceId, Sight, Words, board_floors, total_count

NAME = Words(zh="地下一层", en="B1")


def lot(bays: int) -> Lot:
    half = bays // 2
    floors = [range(half), range(half, bays)]
    return Lot(
        id=PlaceId("p1"),
        name=NAME,
        floors=tuple(
            Floor(id=PlaceId(f"f{n}"), name=NAME, bays=tuple(Bay(id=BayId(str(i))) for i in part))
            for n, part in enumerate(floors)
        ),
    )


@given(
    st.dictionaries(st.integers(0, 20).map(lambda n: BayId(str(n))), st.sampled_from(Sight)),
    st.integers(0, 20),
)
def test_every_bay_is_counted_once(sights: dict[BayId, Sight], bays: int) -> None:
    floors = board_floors(lot(bays), sights)
    count = total_count(floors)
    assert count.total == bays == count.free + count.occupied + count.unknown
    assert count.free == sum(sights.get(BayId(str(n))) is Sight.FREE for n in range(bays))
    assert count.total == sum(floor.count.total for floor in floors)
    assert count.free == sum(floor.count.free for floor in floors)


def test_a_bay_of_which_nothing_is_known_is_unknown() -> None:
    assert total_count(board_floors(lot(2), {})).unknown == 2
