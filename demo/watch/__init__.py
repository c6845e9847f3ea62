"""What the demonstration sees of the system from outside: a lobby screen, the database, the kernel's accounts."""

from demo.watch.beside import Beside, beside, read_beside
from demo.watch.board_watch import BoardWatch
from demo.watch.cloud_watch import CloudWatch
from demo.watch.cost import Cost, cost_of
from demo.watch.latencies import Latencies, Spread, spread_of
from demo.watch.seals import SealCount, count_seals
from demo.watch.tally import Held, Tally, read_held, tally
from demo.watch.wired import Wired, WiredHeld, read_wired, tally_wired

__all__ = [
    "Beside",
    "BoardWatch",
    "CloudWatch",
    "Cost",
    "Held",
    "Latencies",
    "SealCount",
    "Spread",
    "Tally",
    "Wired",
    "WiredHeld",
    "beside",
    "cost_of",
    "count_seals",
    "read_beside",
    "read_held",
    "read_wired",
    "spread_of",
    "tally",
    "tally_wired",
]
