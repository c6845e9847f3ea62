"""Where the whole system stands on one machine: engines, programs, their settings, and ways to disturb them."""

from demo.stage.errors import StageError
from demo.stage.http import ask
from demo.stage.ports import HOST, Ports, choose_ports
from demo.stage.program import Program
from demo.stage.proxy import Proxy, Way
from demo.stage.settings import DEBOUNCE_S
from demo.stage.stage import Changes, Stage
from demo.stage.toml import Table

__all__ = [
    "DEBOUNCE_S",
    "HOST",
    "Changes",
    "Ports",
    "Program",
    "Proxy",
    "Stage",
    "StageError",
    "Table",
    "Way",
    "ask",
    "choose_ports",
]
