"""The book of registrations: replaced, renewed, forgotten, bounded, and found by name, place and address."""

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from device_profiles.protocols.lwm2m import made_path
from edge_agent.sources.lwm2m.asked import Asked
from edge_agent.sources.lwm2m.book import GRACE_S, Book
from wire import DeviceId

A, B = DeviceId("a"), DeviceId("b")


def asked(endpoint: DeviceId | None = None, lifetime_s: int | None = None) -> Asked:
    return Asked(endpoint=endpoint, lifetime_s=lifetime_s, paths=(made_path(3, 0),))


def test_a_lifetime_is_a_day_where_none_is_given_and_has_its_grace() -> None:
    book = Book(10)
    book.register("x", asked(A), "p", 0.0)
    assert book.expired(86_400 + GRACE_S) == []
    assert [one.endpoint for one in book.expired(86_401 + GRACE_S)] == [A]
    assert len(book) == 0


def test_an_update_renews_and_keeps_what_it_does_not_say() -> None:
    book = Book(10)
    book.register("x", asked(A, 60), "p", 0.0)
    changed = book.update("x", Asked(), "q", 50.0)
    assert changed is not None
    before, after = changed
    assert (before.peer, after.peer, after.lifetime_s, after.until_s, after.paths) == (
        "p",
        "q",
        60,
        110.0,
        before.paths,
    )
    assert book.at("p") is None
    assert book.at("q") is after
    assert book.update("y", Asked(), "q", 50.0) is None


def test_a_device_that_registers_again_has_one_place_and_room_is_bounded() -> None:
    book = Book(1)
    assert book.register("x", asked(A), "p", 0.0)
    assert book.register("y", asked(B), "q", 0.0) is None
    assert book.register("z", asked(A), "p", 0.0)
    assert (book.find("x"), len(book)) == (None, 1)


def test_room_is_made_by_forgetting_who_never_answered() -> None:
    book = Book(2)
    book.register("x", asked(A), "p", 0.0)
    assert book.make_room(B) is None
    book.register("y", asked(B), "q", 0.0)
    book.answered("x")
    book.answered("nobody")
    assert book.make_room(B) is None
    forgotten = book.make_room(DeviceId("c"))
    assert forgotten is not None
    assert forgotten.endpoint == B
    book.register("z", asked(DeviceId("c")), "r", 0.0)
    book.answered("z")
    assert book.make_room(B) is None
    assert len(book) == 2


class _Books(RuleBasedStateMachine):
    """Whatever happens, the three ways to find a registration agree."""

    def __init__(self) -> None:
        super().__init__()
        self.book, self.now_s, self.places = Book(3), 0.0, 0

    @rule(endpoint=st.sampled_from("abcde"), peer=st.sampled_from("pqr"), lifetime_s=st.integers(1, 50))
    def register(self, endpoint: str, peer: str, lifetime_s: int) -> None:
        self.places += 1
        self.book.register(str(self.places), asked(DeviceId(endpoint), lifetime_s), peer, self.now_s)

    @rule(place=st.integers(1, 20), peer=st.sampled_from("pqr"))
    def update(self, place: int, peer: str) -> None:
        self.book.update(str(place), Asked(), peer, self.now_s)

    @rule(place=st.integers(1, 20))
    def remove(self, place: int) -> None:
        self.book.remove(str(place))

    @rule(seconds=st.floats(0, 200))
    def wait(self, seconds: float) -> None:
        self.now_s += seconds
        assert all(one.until_s + GRACE_S < self.now_s for one in self.book.expired(self.now_s))

    @invariant()
    def agrees(self) -> None:
        registrations = list(self.book)
        assert len(registrations) <= 3
        assert len({one.endpoint for one in registrations}) == len(registrations)
        for one in registrations:
            assert self.book.of(one.endpoint) is one
            assert self.book.find(one.location) is one
        for peer in "pqr":
            found = self.book.at(peer)
            assert found is None or (found in registrations and found.peer == peer)


TestBooks = _Books.TestCase
TestBooks.settings = settings(deadline=None, max_examples=60)


@given(st.integers(1, 100))
@settings(deadline=None, max_examples=20)
def test_the_book_never_grows_beyond_its_bound(most: int) -> None:
    book = Book(most)
    for number in range(120):
        book.register(str(number), asked(DeviceId(f"d{number}")), number, 0.0)
    assert len(book) == min(most, 120)
