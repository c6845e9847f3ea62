"""Makes the wall clock of a Python program jump: loaded by its interpreter before anything else.

The file named by LILONG_TEST_CLOCK says by how many days the clock is off. As when somebody sets a machine's clock,
nothing but the wall clock changes. (libfaketime does the same from below, but slows each hand-over between two threads
from 14 to 5000 microseconds, and makes Python's sleep fail.)
"""

import os
import time
from pathlib import Path

_DAY_NS = 86_400 * 10**9
_file = Path(os.environ["LILONG_TEST_CLOCK"])
_true_ns = time.time_ns


def _jumped_ns() -> int:
    return _true_ns() + int(_file.read_text(encoding="ascii")) * _DAY_NS


time.time_ns = _jumped_ns
time.time = lambda: _jumped_ns() / 1e9
