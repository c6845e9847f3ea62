"""What many threads squeeze at once comes back as each of them squeezed it."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from wire import WireError
from wire.squeeze import squeeze, unsqueeze

THREADS = 4
TURNS = 60


def text(chance: random.Random) -> bytes:
    return "".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(20_000)).encode()


def test_threads_do_not_mix_their_bytes() -> None:
    together = threading.Barrier(THREADS)

    def turns(seed: int) -> int:
        mine = text(random.Random(seed))
        together.wait(30)
        return sum(unsqueeze(squeeze(mine)) == mine for _ in range(TURNS))

    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(turns, range(THREADS))) == [TURNS] * THREADS


def test_a_damaged_frame_is_refused_and_the_next_one_read() -> None:
    mine = text(random.Random(1))
    whole = squeeze(mine)
    with pytest.raises(WireError, match="expected a whole zstd frame"):
        unsqueeze(whole[:-1])
    assert unsqueeze(whole) == mine
