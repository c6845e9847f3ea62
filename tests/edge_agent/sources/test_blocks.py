"""Block-wise bodies: whole ones come out as they went in, and nobody can fill the memory."""

from hypothesis import given
from hypothesis import strategies as st

from edge_agent.sources.blocks import Assembly, Block, Fault


def cut(body: bytes, size: int) -> list[Block]:
    pieces = [body[at : at + size] for at in range(0, len(body), size)] or [b""]
    last = len(pieces) - 1
    return [Block(number=n, size=size, more=n != last, payload=piece) for n, piece in enumerate(pieces)]


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=4), st.sampled_from([16, 32, 64]))
def test_interleaved_bodies_come_out_whole(bodies: list[bytes], size: int) -> None:
    assembly = Assembly(300)
    waiting = {key: cut(body, size) for key, body in enumerate(bodies)}
    done: dict[int, bytes | Fault | None] = {}
    for turn in range(max(map(len, waiting.values()))):
        for key, blocks in waiting.items():
            if turn < len(blocks):
                done[key] = assembly.feed(key, blocks[turn], 0.0)
    assert list(done.values()) == bodies


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4), st.booleans(), st.integers(0, 20)), max_size=60)
)
def test_whatever_comes_the_memory_is_bounded(blocks: list[tuple[int, int, bool, int]]) -> None:
    assembly = Assembly(40)
    for key, number, more, length in blocks:
        got = assembly.feed(key, Block(number=number, size=16, more=more, payload=b"x" * length), 0.0)
        assert got is None or isinstance(got, Fault) or len(got) <= 40
        assert all(len(body) <= 40 for body, _ in assembly._bodies.values())


def test_a_missing_block_is_told() -> None:
    first, second, third = cut(b"x" * 40, 16)
    assembly = Assembly(100)
    assert assembly.feed("a", second, 0) is Fault.INCOMPLETE
    assert assembly.feed("a", first, 0) is None
    assert assembly.feed("a", third, 0) is Fault.INCOMPLETE
    assert assembly.feed("a", first, 0) is None  # begun anew
    assert assembly.feed("a", second, 0) is None
    assert assembly.feed("a", third, 0) == b"x" * 40


def test_a_block_that_is_not_full_is_told() -> None:
    assert Assembly(100).feed("a", Block(number=0, size=16, more=True, payload=b"x"), 0) is Fault.WRONG_SIZE


def test_a_body_beyond_the_bound_is_told_and_forgotten() -> None:
    assembly = Assembly(40)
    told = [assembly.feed("a", block, 0) for block in cut(b"x" * 64, 16)]
    assert told == [None, None, Fault.TOO_LARGE, Fault.INCOMPLETE]
    assert not assembly._bodies


def test_too_many_at_once_wait_until_others_gave_up() -> None:
    assembly = Assembly(100)
    first = Block(number=0, size=16, more=True, payload=b"x" * 16)
    assert all(assembly.feed(key, first, 0.0) is None for key in range(64))
    assert assembly.feed("late", first, 90.0) is Fault.BUSY
    assert assembly.feed("late", first, 94.0) is None
